market-title = Các chợ
market-lead = Chợ trong tỉnh đã lên sàn: trả tiền ở sạp bằng cách quét mã, không cần tiền lẻ.
market-empty = Chưa có chợ nào lên sàn
market-empty-detail = Ban quản lý chợ đăng ký xong là chợ hiện ở đây.
