# What this phone shows
console-push = Notifications on this phone
console-push-lead = The phone tells you of orders, money and papers that end, even while the exchange is not open. Signing out ends it.
console-push-on = Switch notifications on
console-push-off = Switch notifications off
console-push-refused = The phone blocks notifications. Allow them for this site in the browser's settings.
console-push-unable = This phone cannot show notifications.
