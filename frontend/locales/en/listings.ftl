# Search
list-title = Shop
list-title-for = Search: “{ $q }”
list-problems = Not understood, so not applied:
list-filters = Filter
list-category = Kind
list-commune = Commune
list-star = OCOP stars
list-price = Price (đồng)
list-price-from = From
list-price-from-label = Price from
list-price-to = To
list-price-to-label = Price to
list-in-stock = In stock only
list-apply = Filter
list-clear = Clear filters
list-count = { $count ->
    [0] No products found
    [one] { $count } product
   *[other] { $count } products
  }
list-sort = Sort by
list-empty = Nothing like that yet
list-empty-detail = Try a shorter word, for instance just “chè”, or remove a filter.
list-empty-all = See everything
list-say-any = All
list-say-sort-best = Best match
list-say-sort-newest = Newest
list-say-sort-cheapest = Cheapest first
list-say-sort-dearest = Dearest first
list-say-price-not-a-number = A price is digits only, for example 50000.
list-say-price-upside-down = The lower price is above the upper one. Swap the two.

# One product
detail-description = { $title } by { $seller }: price, lots on sale, certificates.
detail-quantity = Quantity ({ $unit })
detail-add = Add to basket
detail-lots = Lots on sale
detail-lots-hint = Tap a lot to see who made it, where and when.
detail-lot = Lot { $lot }
detail-harvested = Harvested { $date }
detail-certificates = Certificates
detail-seller = Seller
detail-gtin = Product code { $gtin }
detail-others = More from { $seller }
detail-say-on-demand = Made to order.
detail-say-preorder = Order ahead; delivered at the harvest of { $date }.
