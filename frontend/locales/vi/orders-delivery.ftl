# Cách giao hàng và tiền giao
wrong-zone-place = Không có tỉnh, xã nào mang mã này.
wrong-zone-twice = Nơi này đã có trong một vùng giao khác.
wrong-no-such-item = Không có mục nào của bạn mang mã này.
wrong-credit-order = Không có đơn nào của cửa hàng này mang mã này, hoặc người mua chưa có tài khoản.
wrong-slot-weekday = Ngày này không trúng thứ đã chọn.
wrong-slot-past = Giờ này đã hết hạn đăng ký.
wrong-slot-far = Chỉ chọn được trong { $days } ngày tới.
