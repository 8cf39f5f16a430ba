# Federation: the page for programmers of other exchanges
federation-title = Connect to this exchange
federation-lead = Every listing on sale here, with price, stock and provenance, for other exchanges to read and show.
federation-open = Anybody may read it, without an account or a key. Sellers of this exchange sell and deliver: please lead buyers to the address in the listing.
federation-addresses = Addresses
federation-address-exchange = Who this exchange is: its id, its public keys (a JWK Set), and the addresses below. Addresses in it are relative to its own.
federation-address-changes = What has changed since the cursor: one item for each listing, its latest state. limit is 1 to 500.
federation-address-snapshot = Every listing on sale, one item to a line (NDJSON). The last line says where to go on.
federation-address-schema = A JSON Schema of all of this.
federation-cursor = Cursors
federation-cursor-begin = Without since: from the beginning.
federation-cursor-go-on = Next time send the next_cursor of the page before, to the letter. A page without items is the end, for now.
federation-cursor-compact = Each listing stands in one place only, at the seq of its latest change. Of ten prices between two readings you see the last.
federation-cursor-wait = With wait=25 the server waits up to 25 seconds for something new.
federation-cursor-stale = An answer of 410: the cursor is of another epoch, or too old. Read anew from the snapshot that the answer names, drop the listings that are not in it, and go on with the next_cursor of its last line.
federation-cursor-snapshot = A long snapshot comes in parts: with next in the last line, go on there; with next_cursor, it is complete. When one breaks off, read that part again.
federation-show = When you show them
federation-show-tombstone = An item of kind: tombstone means that the listing is gone: take it off at once. reason says why.
federation-show-fresh = Past fresh_until without having read again, stop showing. Every page that is read extends it for all that you hold.
federation-show-certificate = A certificate no longer holds from its ends_on, with or without a new item.
federation-show-gtin = There is a gtin only when it is a global GS1 number. Numbers internal to this exchange are never sent.
federation-signature = Signatures
federation-signature-item = Every item has a signature: Ed25519, in base64url without padding, over the item itself without its signature.
federation-signature-canonical = What is signed is written as in RFC 8785: names in the order of their UTF-16 code units, no spaces, UTF-8, only what JSON requires escaped; of numbers only whole ones below 2^53. For example:
federation-signature-answer = Every 200 answer has a Content-Digest (RFC 9530, SHA-256 of the bytes as sent, gzip included) and a Signature (RFC 9421, ed25519) over:
federation-signature-keys = Take the keys from /.well-known/choque-exchange once and keep them. Whoever finds a signature wrong drops the page, or the item.
federation-puller = A program to begin with
federation-puller-detail = It runs on Node 20 or later without packages. This very file is run by the tests of Chợ Quê.
federation-choque = If your exchange runs Chợ Quê too
federation-choque-detail = One command connects them; from then on the server reads once a minute.

remote-description = { $title }, sold on { $exchange }.
remote-sold-on = Sold on { $exchange }
remote-sold-on-detail = That exchange tells of this listing. Price, stock and certificates are its word. It cannot be ordered here.
remote-go = See and buy at { $exchange }
remote-certificates = As told by { $exchange }.

problem-stale-cursor = This cursor can no longer be used. Read the snapshot, then go on.
problem-feed-unready = The exchange is still preparing its list. Wait a few seconds and try again.
wrong-address = Must be an address that begins with http:// or https://.
