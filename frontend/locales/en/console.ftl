# The working desk of sellers and stall keepers, which works without signal too.
console-name = Chợ Quê
console-skip = Skip to the content
console-nav = Tasks
console-starting = Opening…
console-online = Online
console-offline = No signal
console-unsent = { $count } unsent
console-sign-in-again = Sign in again to send what you wrote. Tap here.

console-sign-in = Sign in
console-sign-in-phone = Phone number
console-sign-in-password = Password
console-sign-in-new = No account yet? Sign up
console-sign-in-offline = There is no signal, so you cannot sign in now. Sign in when it is back.
console-sign-in-known = Who is writing?
console-sign-in-go-on = Go on as { $name }
console-sign-in-unsent = { $name } has { $count } unsent. Sign in to send them.

console-state-waiting = Waiting for signal
console-state-sending = Sending
console-state-sent = Recorded
console-state-refused = Refused
console-state-needs-sign-in = Sign in again
console-refused-because = Refused: { $reason }

console-outbox = Outbox
console-outbox-lead = What was written on this phone. It is sent by itself when there is signal, each once.
console-outbox-now = Send now
console-outbox-empty = Nothing written yet
console-outbox-edit = Edit
console-outbox-discard = Discard
console-outbox-discard-sure = Really discard?
console-summary-diary = Diary: { $activity } · { $plot }
console-summary-sale = Takings: { $amount }

console-activity-sowing = Sowing
console-activity-fertilising = Fertilising
console-activity-spraying = Spraying
console-activity-watering = Watering
console-activity-weeding = Weeding
console-activity-harvest = Harvest
console-activity-processing = Processing
console-activity-packing = Packing

console-account = Me
console-preference-lang = Language
console-preference-lang-vi = Tiếng Việt
console-preference-lang-en = English
console-preference-contrast = Contrast
console-preference-contrast-normal = Normal
console-preference-contrast-more = More
console-preference-scale = Text size
console-preference-scale-small = Small
console-preference-scale-normal = Normal
console-preference-scale-large = Large
console-to-market = To the market
console-sign-out = Sign out
console-sign-out-unsent = { $count } are unsent. The phone keeps them; sign in again to send them.
console-sign-out-offline = There is no signal, so you cannot sign out now.
