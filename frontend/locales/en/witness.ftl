# Witnessing the public logs of partner exchanges.
problem-witness-malformed = The request to co-sign is not written as it should be.
problem-witness-unknown-log = This exchange does not know that log. Its administrator must add the partner first.
problem-witness-unsigned = The log's own key has not signed the checkpoint.
problem-witness-other = This exchange has witnessed another checkpoint of the log.
problem-witness-proof = The proof does not lead from the checkpoint known here to this one.
