# Những mảnh dùng ở nhiều trang: thẻ hàng, giấy chứng nhận, sang trang.
part-ocop-star = OCOP { $star } sao
part-star = { $star } sao
part-per-unit = / { $unit }
part-from-exchange = Từ { $exchange }
part-left = Còn { $amount }
part-in-stock = Còn hàng
part-sold-out = Hết hàng
part-number = số { $number }
part-granted = Cấp { $from }
part-granted-until = Cấp { $from }, có giá trị đến { $until }
part-verified = Cán bộ đã kiểm tra
part-claimed = Người bán tự khai, chưa kiểm tra
part-pages = Các trang
part-next = Xem tiếp
part-copy = Chép
part-copied = Đã chép
