# What buyers, sellers and officers are told: short, and whole by itself
messages-title-orders = Chợ Quê: orders
messages-title-money = Chợ Quê: money
messages-title-reminders = Chợ Quê: reminder
messages-mail-code-title = Chợ Quê: your code
messages-mail-code = Your code is { $code }, good for { $minutes } minutes. If you did not ask for it, ignore this letter.
messages-say-language = The language is vi or en.
messages-say-channel = A channel is sms, zalo, email or push.
messages-say-email = An e-mail address looks like name@example.vn.
messages-say-push-address = Nothing can be pushed to this address.
messages-say-push-keys = The browser's keys cannot be read.
messages-say-many = At most 200 messages are marked at once.
messages-dossier-due = Dossier { $title } is due on { $due }: { $days } working days are left.
messages-certificate-ending = { $title } ends on { $due }: { $days } days are left.
messages-webhook-disabled = For days your system at { $host } took nothing. The exchange no longer sends there.
messages-webhook-gone = Your system at { $host } says that it is gone. The exchange no longer sends there.
