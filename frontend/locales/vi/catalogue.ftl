# Người bán
seller-description = { $name }, { $place }: hàng đang bán và giấy chứng nhận.
seller-selling = Đang bán
seller-empty = Hiện chưa bán gì
seller-empty-detail = Có thể đang chờ mùa. Bạn xem hàng của người khác nhé.
seller-say-household = Hộ gia đình
seller-say-cooperative = Hợp tác xã
seller-say-company = Công ty

# Sổ OCOP
ocop-title = Sổ sản phẩm OCOP
ocop-lead = Sản phẩm của xã, phường đã được công nhận OCOP. Hết hạn thì dấu sao không còn hiện trên trang bán, nhưng sổ này vẫn ghi lại.
ocop-find = Tên sản phẩm hoặc người làm
ocop-star = Số sao
ocop-state = Thời hạn
ocop-apply = Xem
ocop-count = Có { $count } lần công nhận
ocop-column-product = Sản phẩm
ocop-column-star = Sao
ocop-column-seller = Người làm ra
ocop-column-number = Số quyết định
ocop-column-until = Có giá trị đến
ocop-no-number = chưa ghi
ocop-active = Còn hạn
ocop-ended = Hết hạn
ocop-empty = Không có trong sổ
ocop-empty-detail = Bạn thử gõ ngắn hơn hoặc chọn lại số sao.
ocop-all = Xem cả sổ
ocop-say-any = Tất cả
