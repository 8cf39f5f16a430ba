# Delivery and what it costs
wrong-zone-place = No province or commune has this code.
wrong-zone-twice = This place is in another delivery zone already.
wrong-no-such-item = None of your entries has this id.
wrong-credit-order = No order of this shop has this id, or its buyer has no account.
wrong-slot-weekday = This day is not on that weekday.
wrong-slot-past = It is too late to choose this time.
wrong-slot-far = Choose a day within the next { $days } days.
