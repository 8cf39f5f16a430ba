# Tìm mua
list-title = Tìm mua
list-title-for = Tìm “{ $q }”
list-problems = Có chỗ chưa đúng, nên chưa lọc theo:
list-filters = Lọc bớt
list-category = Loại hàng
list-commune = Xã, phường
list-star = Sao OCOP
list-price = Giá (đồng)
list-price-from = Từ
list-price-from-label = Giá từ
list-price-to = Đến
list-price-to-label = Giá đến
list-in-stock = Chỉ hàng đang có
list-apply = Lọc
list-clear = Bỏ lọc
list-count = { $count ->
    [0] Không thấy sản phẩm nào
   *[other] Có { $count } sản phẩm
  }
list-sort = Xếp theo
list-empty = Chưa có hàng như bạn tìm
list-empty-detail = Bạn thử gõ ngắn hơn, ví dụ chỉ gõ “chè”, hoặc bỏ bớt điều kiện lọc.
list-empty-all = Xem tất cả hàng
list-say-any = Tất cả
list-say-sort-best = Hợp nhất
list-say-sort-newest = Mới nhất
list-say-sort-cheapest = Rẻ trước
list-say-sort-dearest = Đắt trước
list-say-price-not-a-number = Giá chỉ gồm chữ số, ví dụ 50000.
list-say-price-upside-down = Giá “từ” đang lớn hơn giá “đến”. Bạn đổi lại hai ô.

# Một sản phẩm
detail-description = { $title } của { $seller }: giá, lô đang bán, giấy chứng nhận.
detail-quantity = Số lượng ({ $unit })
detail-add = Thêm vào giỏ
detail-lots = Lô đang bán
detail-lots-hint = Bấm vào lô để xem ai làm, ở đâu, ngày nào.
detail-lot = Lô { $lot }
detail-harvested = Thu hoạch ngày { $date }
detail-certificates = Giấy chứng nhận
detail-seller = Người bán
detail-gtin = Mã sản phẩm { $gtin }
detail-others = Hàng khác của { $seller }
detail-say-on-demand = Làm khi có người đặt.
detail-say-preorder = Đặt trước, giao khi thu hoạch ngày { $date }.
