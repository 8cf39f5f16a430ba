# Pieces that many pages use: the product card, the certificate, the next page.
part-ocop-star = OCOP { $star } { $star ->
    [one] star
   *[other] stars
  }
part-star = { $star } { $star ->
    [one] star
   *[other] stars
  }
part-per-unit = / { $unit }
part-from-exchange = From { $exchange }
part-left = { $amount } left
part-in-stock = In stock
part-sold-out = Sold out
part-number = No. { $number }
part-granted = Granted { $from }
part-granted-until = Granted { $from }, valid until { $until }
part-verified = Checked by an officer
part-claimed = The seller’s own claim, not yet checked
part-pages = Pages
part-next = Show more
part-copy = Copy
part-copied = Copied
