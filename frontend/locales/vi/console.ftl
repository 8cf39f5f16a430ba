# Bàn làm việc của người bán và tiểu thương, dùng được cả khi mất mạng.
console-name = Chợ Quê
console-skip = Đi thẳng tới nội dung
console-nav = Các việc
console-starting = Đang mở…
console-online = Có mạng
console-offline = Mất mạng
console-unsent = { $count } chưa gửi
console-sign-in-again = Cần đăng nhập lại thì mới gửi được. Bấm vào đây.

console-sign-in = Đăng nhập
console-sign-in-phone = Số điện thoại
console-sign-in-password = Mật khẩu
console-sign-in-new = Chưa có tài khoản? Đăng ký
console-sign-in-offline = Đang mất mạng nên chưa đăng nhập được. Có mạng lại thì đăng nhập nhé.
console-sign-in-known = Ai đang ghi?
console-sign-in-go-on = Ghi tiếp với tên { $name }
console-sign-in-unsent = { $name } còn { $count } việc chưa gửi. Đăng nhập để gửi.

console-state-waiting = Chờ mạng
console-state-sending = Đang gửi
console-state-sent = Đã ghi
console-state-refused = Bị từ chối
console-state-needs-sign-in = Cần đăng nhập lại
console-refused-because = Bị từ chối: { $reason }

console-outbox = Chờ gửi
console-outbox-lead = Việc ghi trên máy này. Có mạng là máy tự gửi, mỗi việc một lần.
console-outbox-now = Gửi ngay
console-outbox-empty = Chưa ghi việc nào
console-outbox-edit = Sửa
console-outbox-discard = Bỏ
console-outbox-discard-sure = Bỏ thật?
console-summary-diary = Nhật ký: { $activity } · { $plot }
console-summary-sale = Thu tiền: { $amount }

console-activity-sowing = Gieo trồng
console-activity-fertilising = Bón phân
console-activity-spraying = Phun thuốc
console-activity-watering = Tưới nước
console-activity-weeding = Làm cỏ
console-activity-harvest = Thu hoạch
console-activity-processing = Chế biến
console-activity-packing = Đóng gói

console-account = Tôi
console-preference-lang = Tiếng
console-preference-lang-vi = Tiếng Việt
console-preference-lang-en = English
console-preference-contrast = Độ rõ
console-preference-contrast-normal = Thường
console-preference-contrast-more = Rõ hơn
console-preference-scale = Cỡ chữ
console-preference-scale-small = Nhỏ
console-preference-scale-normal = Vừa
console-preference-scale-large = To
console-to-market = Ra trang chợ
console-sign-out = Đăng xuất
console-sign-out-unsent = Còn { $count } việc chưa gửi. Máy vẫn giữ, đăng nhập lại thì gửi tiếp.
console-sign-out-offline = Đang mất mạng nên chưa đăng xuất được.
