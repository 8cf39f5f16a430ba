# Lời do máy chủ tự nói trên các trang công khai.
title-gone = Không còn nữa

catalogue-say-ocop = OCOP
catalogue-say-vietgap = VietGAP
catalogue-say-organic = Hữu cơ TCVN 11041
catalogue-say-gi = Chỉ dẫn địa lý
catalogue-say-on-day = ngày { $date }
catalogue-say-in-month = tháng { $date }
catalogue-say-in-year = năm { $date }

list-say-no-such-choice = Không có mục “{ $value }”. Bạn chọn lại trong danh sách.
listings-say-withdrawn = Người bán đã thôi bán mặt hàng này. Bạn tìm hàng khác nhé.
listings-say-taken-down = Mặt hàng này đã bị gỡ khỏi sàn.

scan-lots = Các lô gần đây
scan-lots-hint = Chọn lô có số in trên gói hàng.
scan-lots-none = Người làm ra chưa ghi lô nào.
scan-say-unknown = Sàn chưa từng ghi mã này.
scan-say-short-code = Mã ngắn này gõ sai: chữ kiểm tra ở cuối không khớp. Bạn so lại từng chữ với tem rồi gõ lại.
scan-say-no-such-link = Mã này không có liên kết loại ấy.
scan-say-grown = { $address } · trồng ở { $places }
scan-say-area-code = { $place } (mã vùng trồng { $code })
scan-say-lapsed = { $label }: còn hạn khi thu hoạch, nay đã hết hạn ({ $date })
scan-say-input-interval = { $input }, cách ly { $days } ngày

scan-say-step-sowing = Gieo trồng
scan-say-step-fertilising = Bón phân
scan-say-step-spraying = Phun thuốc
scan-say-step-watering = Tưới nước
scan-say-step-weeding = Làm cỏ
scan-say-step-harvest = Thu hoạch
scan-say-step-processing = Chế biến
scan-say-step-packing = Đóng gói
scan-say-step-batch = Lập lô
scan-say-step-mix = Trộn lô
scan-say-step-split = Chia lô
scan-say-step-repack = Đóng gói lại
scan-say-step-inspecting = Kiểm tra
scan-say-step-storing = Cất kho
scan-say-step-shipping = Xuất đi
scan-say-step-transporting = Vận chuyển
scan-say-step-receiving = Nhận hàng
scan-say-step-selling = Bán lẻ
scan-say-step-holding = Giữ lại
scan-say-step-destroying = Tiêu huỷ
scan-say-step-other = Việc khác

scan-say-field-name = tên sản phẩm
scan-say-field-image = hình ảnh
scan-say-field-producer = người làm ra
scan-say-field-address = địa chỉ cụ thể
scan-say-field-stages = các công đoạn có nơi và lúc
scan-say-field-production-time = thời điểm sản xuất
scan-say-field-trace-code = mã truy xuất
scan-say-field-shelf-life = hạn dùng
scan-say-field-standards = tiêu chuẩn áp dụng

scan-say-fault-character = Địa chỉ có chữ “{ $character }”, là chữ không được dùng trong địa chỉ.
scan-say-fault-percent = Mục ({ $ai }): sau dấu % phải là hai chữ số hệ mười sáu.
scan-say-fault-unknown-ai = Mục ({ $ai }): không có loại mã nào mang số này.
scan-say-fault-order = Mục ({ $ai }): đứng sai chỗ. Thứ tự đúng là mã sản phẩm (01), số lô (10), rồi số của gói (21).
scan-say-fault-twice = Mục ({ $ai }): bị ghi hai lần.
scan-say-fault-place = Mục ({ $ai }): đứng sai chỗ trong địa chỉ.
scan-say-fault-companion = Mục ({ $ai }): không hợp với các mục còn lại ({ $other }).
scan-say-fault-no-key = Địa chỉ thiếu mã sản phẩm.
scan-say-fault-empty = Mục ({ $ai }): để trống.
scan-say-fault-short = Mục ({ $ai }): thiếu chữ, ít nhất phải có { $least }.
scan-say-fault-long = Mục ({ $ai }): thừa chữ, nhiều nhất là { $most }.
scan-say-fault-value-character = Mục ({ $ai }): chữ “{ $character }” không được dùng ở đây.
scan-say-fault-check-digit = Mục ({ $ai }): chữ số kiểm tra không khớp, hẳn có chữ số bị sai.
scan-say-fault-value = Mục ({ $ai }): giá trị không đúng quy tắc.

scan-say-link-provenance = Nguồn gốc của lô hàng
scan-say-link-data = Dữ liệu của lô hàng cho máy đọc
scan-say-link-product = Thông tin sản phẩm
scan-say-link-buy = Nơi bán
scan-say-link-seller = Người làm ra

site-say-sample-tea = Chè tôm nõn Tân Cương
site-say-sample-honey = Mật ong hoa rừng
site-say-sample-rice = Gạo nếp vải Phú Lương
site-say-sample-seller = Hợp tác xã Đồi Xanh
site-say-sample-exchange = Sàn Bắc Ninh
site-say-sample-issuer = Uỷ ban nhân dân tỉnh
