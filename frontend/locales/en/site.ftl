# Home
home-heading = Produce from home, and you know who made it
home-search-hint = What would you like to buy?
home-counts = { $products } products on sale, { $ocop } recognised as OCOP
home-categories = Kinds of goods
home-in-season = In season
home-see-all = See all
home-in-season-empty = Nothing is on sale yet
home-in-season-empty-detail = What sellers list appears here at once.
home-markets = Markets nearby
home-certificates = Newly recognised
home-register = Open the OCOP register
home-scan = A sticker on the packet?
home-scan-detail = Point your phone’s camera at the QR code. No app, no account: you see at once who made it, where and when.
home-scan-how = How to scan a sticker

# Something went wrong
problem-fields = Please correct:
problem-home = To the front page
problem-help = Who can help?
problem-request = If you call for help, read out this code:
problem-status = Error { $status }

# For developers
docs-title = Developer documentation
docs-lead = Every address another machine may call, written from the code that is running.
docs-empty = No documentation yet.
docs-index = Groups
docs-parameters = Parameters
docs-required = required
docs-responses = Responses

# The living style page
style-title = Style
style-lead = Every colour, text size and part of Chợ Quê, drawn with the very stylesheet the pages use.
style-colours = Colours and contrast
style-colours-table = Contrast of each pair of colours
style-colours-rule = Text stands out from its ground at least 4.5 times; lines and large type at least 3. A test checks the numbers below.
style-front = Front
style-ground = Ground
style-light = Light
style-dark = Dark
style-more = Stronger
style-type = Type
style-pangram = Bà Quỳnh ở chợ Đồng Hỷ: chè, mật ong, gạo nếp, thịt lợn, củ giềng.
style-space = Space
style-drawings = Drawings
style-parts = Parts
style-buttons = Buttons
style-fields = Fields
style-field-error = A phone number has 10 digits and starts with 0. Some are missing.
style-verdicts = Verdicts
style-notices = Notices
style-notice = Ordered ahead, delivered at harvest.
style-notice-good = 45.000 ₫ received.
style-notice-care = This batch is held while it is being checked.
style-notice-bad = Not sent. Please look at the two fields in red.
style-timeline = The goods’ journey
style-step-harvest = Harvest
style-step-pack = Packing
style-prices = Price and stock
style-chips = Labels
style-cards = Product cards
style-copy = Copying a code
style-empty = When there is nothing
