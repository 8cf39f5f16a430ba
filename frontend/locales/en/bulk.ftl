# Listings in and out by file
import-sheet-listings = Listings
import-sheet-help = How to fill it in
import-sheet-categories = Categories

import-column-id = Listing id
import-column-seller = Seller
import-column-sku = SKU
import-column-name = Product name
import-column-category = Category
import-column-description = Description
import-column-brand = Brand
import-column-gtin = GTIN
import-column-unit = Unit
import-column-price = Price (đồng)
import-column-mode = Sold how
import-column-stock = Stock
import-column-stock-was = Stock when exported
import-column-harvest-on = Harvest day
import-column-cap = Most that may be ordered
import-column-shelf-life = Shelf life (days)
import-column-state = State
import-column-reason = Reason

import-hint-id = Written by an export. Leave it empty for a new listing, and never change it.
import-hint-seller = Only needed when you sell for several sellers: the short name in the address of the seller's page.
import-hint-sku = A code of your own, one for each listing. When the file comes again, this is how its listing is found and changed instead of made again.
import-hint-name = Needed for a new listing.
import-hint-category = Needed for a new listing. Copy a name from the sheet “Categories”.
import-hint-description = Optional. It may have several lines.
import-hint-brand = Optional.
import-hint-gtin = 8, 12, 13 or 14 digits. Left empty, the exchange gives a number. The column must be text, or the spreadsheet rounds it.
import-hint-unit = Needed for a new listing, for example kg, hộp, gói, chai, bó.
import-hint-price = For one unit. 45000, 45.000 and 45.000 đ are all understood.
import-hint-mode = in stock, made to order or pre-order. With a number under “Stock” it is in stock.
import-hint-stock = What is left, for example 12,5 or 12,5 kg. Not 1.500, which could be one and a half or fifteen hundred: write 1,5 or 1500.
import-hint-stock-was = Written by an export. If you leave “Stock” as it is, what was sold meanwhile stays sold.
import-hint-harvest-on = For pre-orders: 21/11/2026.
import-hint-cap = For pre-orders: the most that may be ordered.
import-hint-shelf-life = Optional. Days it keeps after packing.
import-hint-state = on sale or withdrawn. Left empty, a new listing goes on sale at once and an old one stays as it is.

import-mode-stock = in stock
import-mode-on-demand = made to order
import-mode-preorder = pre-order
import-state-live = on sale
import-state-withdrawn = withdrawn
import-state-draft = draft
import-state-review = in review
import-state-taken-down = taken down

problem-import-bomb = This file is too large when it is unpacked. Copy the table into a new file and send that.

wrong-import-empty = The file is empty.
wrong-import-encoding = The text in the file cannot be read. Save it as “CSV UTF-8” or XLSX and send it again.
wrong-import-old-workbook = This is a .xls file of the old kind. Save it as .xlsx and send it again.
wrong-import-locked = The file is locked with a password. Remove it and send the file again.
wrong-import-not-a-workbook = This zip file is no .xlsx workbook.
wrong-import-damaged = The file is damaged. Open it in a spreadsheet, save it as a new file and send that.
wrong-import-no-header = No row names the columns. Take the template and copy your data into it.
wrong-import-column-twice = The column “{ $column }” is there twice.
wrong-import-no-rows = There is no row below the columns' names.
wrong-import-too-many-rows = At most { $max } rows in a file. Split it into several.
wrong-import-too-many-columns = At most { $max } columns.

wrong-import-number = It must be a number such as 45000 or 1,5.
wrong-import-dong-parts = A price is a whole number of đồng.
wrong-import-ambiguous = This could be { $grouped } or { $parted }. Write one of the two.
wrong-import-whole = It must be a whole number.
wrong-import-day = It must be a day such as 21/11/2026.
wrong-import-formula = A cell that begins with = + - @ can be taken for a formula. Write it as plain words.
wrong-import-fault = The formula in this cell failed with { $fault }.
wrong-import-category = There is no such category. See the sheet “Categories” of the template.
wrong-import-gtin-rounded = The spreadsheet has rounded digits away. Make the column text and enter the number again.
wrong-import-mode = It must be in stock, made to order or pre-order.
wrong-import-state = It must be on sale or withdrawn.
wrong-import-state-by-hand = A file cannot change this state.
wrong-import-beyond = The row has more cells than there are columns (“{ $value }”). Quotes may be missing around a cell with a comma.
wrong-import-no-stock = Say how much there is, or that it is “made to order”.
wrong-import-other-mode = This column is not for what is sold this way.
wrong-import-no-such-listing = You have no listing with this id. Leave it empty for a new one.
wrong-import-fixed = This cannot be changed on a listing that is there.
wrong-import-sku-taken = This SKU belongs to another listing.
wrong-import-there-already = You have a listing of this name and unit. To change it, give its id; to add another, give it an SKU.
wrong-import-line-twice = The same as in line { $line }.
