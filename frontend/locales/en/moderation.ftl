# What buyers report, takedowns and appeals
report-link = Report this listing
report-title = Report it to the exchange's officers
report-lead = You need not sign in. An officer looks at it and answers; the seller does not learn who reported it.
report-reason = What is wrong?
report-text = Tell us more
report-contact = How to reach you (optional)
report-contact-hint = A telephone number or e-mail address. Only the officer in charge can read it.
report-send = Send the report
report-made = Your report is in
report-made-lead = Keep this code to see what becomes of it.
report-outcome-title = What became of a report
report-outcome-open = An officer is looking at it.
report-outcome-acted = Something was done.
report-outcome-unfounded = It was looked at, and nothing was found wrong.
report-outcome-duplicate = Somebody had reported this before.
report-unknown = There is no report with the code { $code }. Compare it letter by letter.
report-code = Code of the report
report-look = Look it up
report-reason-fake = Counterfeit
report-reason-unsafe = Unsafe
report-reason-wrong-origin = Wrong origin
report-reason-prohibited = Not allowed to be sold
report-reason-price = Wrong price
report-reason-other = Something else

listings-say-taken-down-why = This was taken off the exchange on { $date }. { $code }: { $reason } The seller may appeal once, in the console under “Taken down”; another officer will decide.

scan-not-on-sale = This is not on sale here at the moment.

problem-too-many-reports = Too many reports came from where you are. Try again in an hour.
problem-report-closed = This report is closed already.
problem-taken-down-already = This is taken down already.
problem-appealed-already = There was an appeal already; an officer is looking at it.
problem-takedown-decided = This is decided already.
problem-no-appeal = Nobody has appealed, so there is nothing to uphold.
problem-same-officer = Who took it down does not decide on the appeal. Leave it to another officer.

wrong-report-subject = It must be listing, product or seller.
wrong-report-id = There is no such thing.
wrong-report-reason = It must be fake, unsafe, wrong_origin, prohibited, price or other.
wrong-report-text = Please say what it is.
wrong-report-outcome = It must be acted, unfounded or duplicate.
wrong-report-state = It must be open, closed or all.
wrong-takedown-outcome = It must be uphold or restore.
wrong-takedown-state = It must be standing, appealed, upheld or restored.
