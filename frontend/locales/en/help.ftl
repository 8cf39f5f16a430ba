help-title = Help
help-lead = How to scan a sticker, how to buy, how to sell, and whom to ask.
help-index = On this page

help-scan = Scanning a sticker
help-scan-1 = Open your phone’s camera. On an older phone, use the QR scanner in a messaging app.
help-scan-2 = Hold it about a hand’s width from the sticker until a link appears.
help-scan-3 = Tap the link. The page tells you who made it, where and when. No app, no account.
help-scan-fails = It will not scan? Wipe the sticker, find better light, smooth it flat. If a short address is printed below the code, you can type that instead.

help-verdict = What the verdict means
help-verdict-real = The batch is real
help-verdict-real-detail = A registered seller recorded this batch and nothing holds it back. Compare the name, the lot number and the dates with what is printed on the packet.
help-verdict-held = On hold
help-verdict-held-detail = The batch is real but not for sale: it may have been picked too soon after spraying, be waiting for an officer, or have been recalled. The page says why. If you have not bought it, don’t; if you have, do not use it yet and call the seller.
help-verdict-unknown = Not found
help-verdict-unknown-detail = This exchange does not know the code. It may belong elsewhere, be misprinted, or be fake. Do not trust it yet, and tell us.
help-copy = Can a sticker be copied?
help-copy-detail = Yes. All stickers of a batch are alike, so a photograph of one scans just as well. A batch sticker can say that the batch is real, never that the packet in your hand belongs to it. Only stickers with a number of their own can give a copy away.
help-copy-do = To protect yourself: buy from the seller named on the page, check that the lot number on the page is the one on the packet, and beware of packets that were opened and resealed.

help-buy = Buying
help-buy-1 = Type what you want into the search box. Tone marks are not needed: “che” finds chè.
help-buy-2 = See the price per unit, where it was made, the lots on sale, and whether the certificates are still valid.
help-buy-3 = Tap a lot number to see that lot’s journey before you buy.

help-sell = Selling
help-sell-1 = Create an account with your phone number.
help-sell-2 = Name the product, take a few photographs in daylight, choose its kind and its unit.
help-sell-3 = Record a batch at each harvest: how much, when, which plot, what was applied. It works without a network and sends itself later.
help-sell-4 = Print the batch’s stickers, put them on the packets, and list it. You set the price.
help-sell-team = Not at ease with phones? The community digital team in your hamlet can help, but only after asking you.
help-sell-hold = Record what really happened, even an early harvest. The batch is only held until the waiting time has passed or an officer has looked.

help-certificate = Certificates
help-certificate-ocop = OCOP: a commune’s product, scored and given 3 to 5 stars. Valid for 36 months.
help-certificate-vietgap = VietGAP: grown or raised by the national rules of good practice, checked by an independent body.
help-certificate-organic = Organic: without synthetic fertiliser or pesticide, by the Vietnamese standard TCVN 11041.
help-certificate-gi = Geographical indication: from the right place, made the right way, like Tân Cương tea.
help-certificate-ends = On the day a certificate ends, its badge disappears from every page.

help-privacy = Your data
help-privacy-detail = Looking and scanning ask nothing of you. With an account you may see, correct and erase what is yours. After that the proof of a batch still holds, but your name is no longer in it.

help-ask = Whom to ask
help-ask-team = The community digital team in your hamlet: using the phone, accounts, recording batches, printing stickers.
help-ask-market = The market’s management: stalls, fees, payment stickers.
help-ask-commune = The commune’s people’s committee: OCOP dossiers, certificates, goods on hold.
help-report = Reporting a fake or strange sticker
help-report-detail = Photograph the sticker and the whole packet, note where and when you bought it, and tell the people’s committee of that commune or the market’s management. Keep the packet and do not open it further.
