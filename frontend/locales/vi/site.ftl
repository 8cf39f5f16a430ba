# Trang đầu
home-heading = Nông sản quê mình, biết rõ ai làm ra
home-search-hint = Bạn muốn mua gì?
home-counts = { $products } sản phẩm đang bán, { $ocop } sản phẩm được công nhận OCOP
home-categories = Các loại hàng
home-in-season = Đang vào mùa
home-see-all = Xem tất cả
home-in-season-empty = Chưa có hàng nào đang bán
home-in-season-empty-detail = Người bán đưa hàng lên là thấy ngay ở đây.
home-markets = Chợ gần nhà
home-certificates = Mới được công nhận
home-register = Xem sổ OCOP
home-scan = Có tem trên gói hàng?
home-scan-detail = Mở máy ảnh điện thoại, đưa vào mã QR trên tem. Không cần cài gì, không cần tài khoản: hiện ngay ai làm ra, ở đâu, ngày nào.
home-scan-how = Cách quét tem

# Trang báo lỗi
problem-fields = Cần sửa lại:
problem-home = Về trang đầu
problem-help = Hỏi ai bây giờ?
problem-request = Nếu gọi hỏi, xin đọc mã này:
problem-status = Mã lỗi { $status }

# Dành cho người lập trình
docs-title = Tài liệu cho người lập trình
docs-lead = Mọi địa chỉ mà máy khác gọi được, viết ra từ chính mã nguồn đang chạy. Phần mô tả bằng tiếng Anh, là tiếng chung của nghề.
docs-empty = Chưa có tài liệu.
docs-index = Các nhóm
docs-parameters = Tham số
docs-required = bắt buộc
docs-responses = Trả lời

# Kiểu dáng: trang sống
style-title = Kiểu dáng
style-lead = Mọi màu, cỡ chữ và mảnh ghép của Chợ Quê, vẽ bằng chính tệp kiểu mà các trang đang dùng.
style-colours = Màu và độ rõ
style-colours-table = Bảng độ rõ của từng cặp màu
style-colours-rule = Chữ phải rõ ít nhất 4,5 lần so với nền; đường kẻ và chữ lớn ít nhất 3 lần. Các số dưới đây được máy kiểm tra.
style-front = Nét
style-ground = Nền
style-light = Sáng
style-dark = Tối
style-more = Rõ hơn
style-type = Chữ
style-pangram = Bà Quỳnh ở chợ Đồng Hỷ: chè, mật ong, gạo nếp, thịt lợn, củ giềng.
style-space = Khoảng cách
style-drawings = Hình vẽ
style-parts = Mảnh ghép
style-buttons = Nút bấm
style-fields = Ô điền
style-field-error = Số điện thoại có 10 chữ số, bắt đầu bằng số 0. Bạn điền thiếu.
style-verdicts = Kết luận
style-notices = Lời nhắn
style-notice = Hàng đặt trước, giao khi thu hoạch.
style-notice-good = Đã nhận 45.000 ₫.
style-notice-care = Lô này đang được giữ lại để kiểm tra.
style-notice-bad = Chưa gửi được. Bạn xem lại hai ô có chữ đỏ.
style-timeline = Đường đi của hàng
style-step-harvest = Thu hái
style-step-pack = Đóng gói
style-prices = Giá và hàng còn
style-chips = Nhãn
style-cards = Thẻ hàng
style-copy = Chép mã
style-empty = Khi chưa có gì
