# What the server says by itself on public pages.
title-gone = No longer here

catalogue-say-ocop = OCOP
catalogue-say-vietgap = VietGAP
catalogue-say-organic = Organic, TCVN 11041
catalogue-say-gi = Geographical indication
catalogue-say-on-day = on { $date }
catalogue-say-in-month = in { $date }
catalogue-say-in-year = in { $date }

list-say-no-such-choice = There is no “{ $value }”. Choose one from the list.
listings-say-withdrawn = The seller no longer sells this. Have a look at other goods.
listings-say-taken-down = This has been removed from the exchange.

scan-lots = Recent lots
scan-lots-hint = Choose the lot whose number is printed on your packet.
scan-lots-none = The producer has not recorded a lot yet.
scan-say-unknown = This exchange has never recorded this code.
scan-say-short-code = This short code is mistyped: its last character does not fit the rest. Compare each character with the sticker and type it again.
scan-say-no-such-link = This code has no link of that type.
scan-say-grown = { $address } · grown at { $places }
scan-say-area-code = { $place } (growing area { $code })
scan-say-lapsed = { $label }: valid at harvest, expired since ({ $date })
scan-say-input-interval = { $input }, { $days } { $days ->
    [one] day
   *[other] days
  } to wait before harvest

scan-say-step-sowing = Sowing
scan-say-step-fertilising = Fertilising
scan-say-step-spraying = Spraying
scan-say-step-watering = Watering
scan-say-step-weeding = Weeding
scan-say-step-harvest = Harvest
scan-say-step-processing = Processing
scan-say-step-packing = Packing
scan-say-step-batch = Lot made up
scan-say-step-mix = Lots mixed
scan-say-step-split = Lot split
scan-say-step-repack = Repacked
scan-say-step-inspecting = Inspection
scan-say-step-storing = Storage
scan-say-step-shipping = Shipped
scan-say-step-transporting = Transport
scan-say-step-receiving = Received
scan-say-step-selling = Sold in a shop
scan-say-step-holding = Held back
scan-say-step-destroying = Destroyed
scan-say-step-other = Other work

scan-say-field-name = product name
scan-say-field-image = picture
scan-say-field-producer = producer
scan-say-field-address = full address
scan-say-field-stages = stages with place and time
scan-say-field-production-time = time of production
scan-say-field-trace-code = trace code
scan-say-field-shelf-life = use-by date
scan-say-field-standards = standards applied

scan-say-fault-character = The address holds “{ $character }”, which no address may hold.
scan-say-fault-percent = Part ({ $ai }): two hexadecimal digits must follow a percent sign.
scan-say-fault-unknown-ai = Part ({ $ai }): no kind of code has this number.
scan-say-fault-order = Part ({ $ai }) stands in the wrong place. The right order is product (01), lot (10), then serial (21).
scan-say-fault-twice = Part ({ $ai }) is written twice.
scan-say-fault-place = Part ({ $ai }) stands in the wrong place of the address.
scan-say-fault-companion = Part ({ $ai }) does not go with the others ({ $other }).
scan-say-fault-no-key = The address lacks the product’s code.
scan-say-fault-empty = Part ({ $ai }) is empty.
scan-say-fault-short = Part ({ $ai }) is too short: it has at least { $least } characters.
scan-say-fault-long = Part ({ $ai }) is too long: it has at most { $most } characters.
scan-say-fault-value-character = Part ({ $ai }): “{ $character }” cannot stand here.
scan-say-fault-check-digit = Part ({ $ai }): the check digit does not fit, so a digit must be wrong.
scan-say-fault-value = Part ({ $ai }) breaks the rules for its value.

scan-say-link-provenance = Where the lot comes from
scan-say-link-data = The lot’s data for machines
scan-say-link-product = About the product
scan-say-link-buy = Where to buy
scan-say-link-seller = Who makes it

site-say-sample-tea = Tân Cương tea buds
site-say-sample-honey = Forest honey
site-say-sample-rice = Phú Lương sticky rice
site-say-sample-seller = Đồi Xanh cooperative
site-say-sample-exchange = the Bắc Ninh exchange
site-say-sample-issuer = People’s Committee of the province
