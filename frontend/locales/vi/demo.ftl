# Bản trình diễn
demo-say-duration = Khoảng thời gian viết theo ISO 8601, ví dụ P36M (36 tháng) hoặc P1DT12H.
demo-say-forward = Đồng hồ chỉ chạy tới, nên khoảng thời gian phải lớn hơn không.
demo-say-too-far = Đồng hồ của bản trình diễn không chạy quá năm 2100.
demo-say-not-vietqr = Đây không phải mã VietQR đúng dạng.
demo-say-no-such-bank = Không có ngân hàng nào mang mã trong QR này.

bank-title = Ngân hàng của người mua (trình diễn)
bank-about = Trang này đóng vai ứng dụng ngân hàng: dán nội dung mã QR rồi chuyển. Không có tiền thật.
bank-payload = Nội dung mã QR
bank-read = Đọc mã
bank-bank = Ngân hàng
bank-number = Số tài khoản
bank-holder = Chủ tài khoản
bank-amount = Số tiền
bank-amount-hint = Số đồng, ví dụ 45.000
bank-memo = Nội dung
bank-go = Chuyển tiền
bank-paid = Đã chuyển { $amount }
bank-silent = Ngân hàng của tài khoản này không báo cho sàn; chủ tài khoản tự xác nhận.
bank-another = Đọc mã khác
demo-say-no-such-provider = Phải là sepay, casso hoặc payos.
demo-say-no-such-mode = Phải là mangled, twice hoặc short.
