market-title = Các chợ
market-lead = Chợ trong tỉnh đã lên sàn: trả tiền ở sạp bằng cách quét mã, không cần tiền lẻ.
market-empty = Chưa có chợ nào lên sàn
market-empty-detail = Ban quản lý chợ đăng ký xong là chợ hiện ở đây.
market-stalls = { $count } sạp

# Một chợ
market-one-lead = { $place } · { $count } sạp trên sàn
market-one-lead-nowhere = { $count } sạp trên sàn
market-find = Tìm hàng, sạp, người bán
market-find-go = Tìm
market-rows = Các dãy
market-row-all = Cả chợ
market-row = Dãy { $row }
market-row-other = Sạp khác
market-found = { $count ->
    [0] Không thấy sạp nào
   *[other] Thấy { $count } sạp
  }
market-none = Chưa có sạp như bạn tìm
market-none-detail = Bạn thử gõ ngắn hơn, ví dụ chỉ gõ “rau”.
market-no-stalls = Chợ này chưa có sạp nào trên sàn
market-clear = Xem cả chợ

# Một sạp
market-stall = Sạp { $code }
market-stall-description = { $goods }: sạp { $code } của { $keeper }, { $market }.
market-pay = Trả tiền tại sạp
market-pay-code = Mã VietQR để trả tiền cho sạp { $code }
market-pay-scan = Mở ứng dụng ngân hàng, quét mã này.
market-pay-name = Kiểm tra đúng tên người nhận
market-pay-amount = Gõ số tiền, giữ nguyên lời nhắn { $memo }, rồi chuyển.
market-pay-wait = Chờ máy ở sạp báo “Đã nhận” rồi hãy đi.
market-pay-wait-hand = Ngân hàng của sạp này không báo tiền về. Chờ người bán xem điện thoại rồi hãy đi.
market-pay-holder = Người nhận
market-pay-bank = Ngân hàng
market-pay-number = Số tài khoản
market-pay-none = Sạp này chưa nhận chuyển khoản
market-pay-none-detail = Bạn trả bằng tiền mặt nhé.

# Máy ở sạp nói
market-say-received = Đã nhận { $amount } đồng
market-say-by-hand = Người bán xác nhận { $amount } đồng
market-say-underpaid = Mới nhận { $amount } đồng, còn thiếu { $missing } đồng
market-say-overpaid = Đã nhận { $amount } đồng, thừa { $over } đồng

# Lời từ chối
problem-no-money-account = Sạp này chưa có tài khoản nhận tiền. Khai tài khoản ngân hàng của sạp rồi làm lại.
problem-bank-tells = Ngân hàng của sạp này tự báo khi tiền về, nên không xác nhận bằng tay. Chờ ngân hàng báo nhé.
wrong-amount-or-lines = Điền một trong hai: amount hoặc lines.
wrong-line-amount = Thành tiền của dòng này phải từ 1 đến 9.999.999.999.999 đồng.
wrong-sale-changed = Mã này đã dùng cho một lần bán khác. Lập lần bán mới.
wrong-no-such-market = Không có chợ này.
wrong-stand-size = Phải là a5 hoặc a6.
