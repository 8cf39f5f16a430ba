# Seller
seller-description = { $name }, { $place }: goods on sale and certificates.
seller-selling = On sale
seller-empty = Nothing on sale right now
seller-empty-detail = They may be waiting for the season. Have a look at others.
seller-say-household = Household
seller-say-cooperative = Cooperative
seller-say-company = Company

# The OCOP register
ocop-title = OCOP register
ocop-lead = Products of our communes recognised as OCOP. When a recognition ends, its stars leave the shop pages, but this register remembers it.
ocop-find = Product or maker
ocop-star = Stars
ocop-state = Validity
ocop-apply = Show
ocop-count = { $count ->
    [one] { $count } recognition
   *[other] { $count } recognitions
  }
ocop-column-product = Product
ocop-column-star = Stars
ocop-column-seller = Maker
ocop-column-number = Decision
ocop-column-until = Valid until
ocop-no-number = not recorded
ocop-active = Valid
ocop-ended = Ended
ocop-empty = Not in the register
ocop-empty-detail = Try a shorter word or another number of stars.
ocop-all = The whole register
ocop-say-any = All
