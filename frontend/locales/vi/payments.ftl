# Tiền
problem-payment-closed = Khoản này không còn chờ tiền nữa.
problem-signature = Chữ ký không đúng, hoặc thông báo đã quá năm phút.
problem-account-raced = Tài khoản nhận tiền vừa được đổi ở nơi khác. Bạn xem lại rồi thử lại.

wrong-bank = Không có ngân hàng nào mang mã này. Xem GET /api/v1/banks.
wrong-account-number = Số tài khoản gồm 3 đến 19 chữ số hoặc chữ cái không dấu.
wrong-holder-name = Ghi tên chủ tài khoản bằng chữ cái, như ngân hàng in.
wrong-notices = Phải là none, sepay, casso hoặc payos.
wrong-credential = Cần ít nhất một trong hai: hmac_secret, api_key.
wrong-credential-unused = Tài khoản không có thông báo thì không cần mã bí mật.
wrong-secret = Mã bí mật dài 8 đến 200 ký tự ASCII, không có khoảng trắng.
wrong-transfer-type = Phải là in hoặc out.
wrong-payment-status = Phải là pending, paid, underpaid, overpaid, expired hoặc refunded.
