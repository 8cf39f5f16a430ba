# Moderation: buyers' reports, listings that wait, sellers to verify, takedowns.
console-moderation = Moderation
console-moderation-back = Back to the list
console-moderation-bao-cao = Reports
console-moderation-duyet-tin = Reviews
console-moderation-nguoi-ban = Sellers
console-moderation-go-xuong = Taken down
console-subject-listing = Listing
console-subject-product = Product
console-subject-seller = Seller
console-taken-down = Taken down

console-reports-empty = Nobody has reported anything
console-reports-open = { $count } open reports
console-reports-closed = All closed
console-report-fake = Fake goods
console-report-unsafe = Unsafe
console-report-wrong-origin = Wrong origin
console-report-prohibited = Prohibited goods
console-report-price = Wrong price
console-report-other = Something else
console-report-close = Close and answer
console-report-outcome = Outcome
console-report-outcome-acted = True, acted upon
console-report-outcome-unfounded = Unfounded
console-report-outcome-duplicate = Reported before
console-report-answer = Answer to whoever reported it
console-report-answer-hint = They can read this.

console-takedown-do = Take down
console-takedown-code = Why
console-takedown-code-choose = Choose a reason
console-takedown-code-wrong = Choose a reason.
console-takedown-reason-hint = The seller and buyers can read this.
console-takedown-basis = Legal basis (optional)
console-takedown-listings = { $count } listings go with it
console-takedown-standing = Taken down
console-takedown-appealed = The seller appeals
console-takedown-upheld = Looked at again: stays down
console-takedown-restored = May be sold again
console-takedown-do-restore = Let it be sold again
console-takedown-do-uphold = Keep it down
console-takedowns = Taken down
console-takedowns-back = Back to the list
console-takedowns-empty = Nothing was taken down
console-takedowns-none = Nothing of yours was taken down
console-appeal = Appeal
console-appeal-hint = Say why your goods are right. Another officer looks at it. You may appeal once.
console-appeal-wrong = Say why it should be looked at again.
console-appeal-send = Send the appeal
console-appeal-of = The seller answered on { $date }
console-appeal-decided = Looked at again on { $date }

console-reviews-empty = Nothing waits for approval
console-review-listing = New listing
console-review-edit = Change to a live listing
console-review-what = What
console-review-now = Now
console-review-then = Would become
console-review-same = Nothing changes.
console-review-settled = Somebody has dealt with this.
console-review-approve = Approve
console-review-return = Return
console-review-return-hint = The seller reads this to mend it.

console-verify-empty = No seller waits
console-verify-since = since { $date }

# Terms of a sale, in listings and reviews.
console-term-none = None
console-term-price = Price
console-term-by-weight = By weight
console-term-contains = One unit holds
console-term-tiers = Price for more
console-term-min-quantity = At least
console-term-step = In steps of
console-term-limit-per-customer = At most for each customer
console-term-lead-days = Made within
console-term-harvest-on = Harvest
console-term-cap = Orders taken at most
console-term-contains-is = 1 { $unit } = { $quantity }
console-term-tier-is = from { $quantity }: { $price }
console-term-limit-is = { $quantity } in { $days } days
console-term-lead-is = { $days } days
console-term-weight-is = { $price } / { $unit }, { $min } to { $max }
