# Tiền vào
problem-no-gateway = Khoản này không trả qua cổng thanh toán.
problem-gateway = Cổng thanh toán chưa trả lời. Bạn thử lại sau ít phút.
problem-not-unmatched = Khoản tiền này đã được xử lý rồi.

wrong-method-not-offered = Sàn chưa nhận cách trả tiền này. Bạn chọn cách khác.
wrong-partner = Mã đơn vị không phải của sàn.
wrong-credential-key-unused = Chỉ SePay dùng api_key.
wrong-statement-both = Một dòng chỉ có tiền vào hoặc tiền ra.
wrong-statement-no-amount = Dòng này không có số tiền.

wrong-unmatched-reason = Phải là no_reference, unknown_reference, unknown_account, late, closed hoặc unsettled.
wrong-no-such-payment = Không có khoản thanh toán này trong các tài khoản của cùng người nhận.
wrong-no-such-account = Không có tài khoản nhận tiền này.

method-vietqr = Chuyển khoản bằng mã VietQR
method-cod = Trả tiền khi nhận hàng
method-vnpay = VNPay
method-momo = Ví MoMo
method-zalopay = ZaloPay

back-title = Trả tiền
back-paid = Đã nhận { $amount }
back-open = Chưa thấy tiền về
back-open-about = Nếu bạn đã trả, xin đợi một lát. Trang này tự xem lại.
back-again = Trả tiếp
back-over = Đơn này không còn chờ tiền
back-over-about = Nếu bạn đã trả, tiền không mất: sàn sẽ trả lại hoặc giao hàng cho bạn.
back-amount = Số tiền
back-reference = Mã thanh toán
back-orders = Xem đơn hàng của bạn
