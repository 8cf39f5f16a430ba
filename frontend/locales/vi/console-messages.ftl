# Tin hiện trên máy
console-push = Báo tin trên máy này
console-push-lead = Có đơn, có tiền, gần hạn giấy tờ thì máy báo, kể cả khi không mở sàn. Đăng xuất là thôi báo.
console-push-on = Bật báo tin
console-push-off = Tắt báo tin
console-push-refused = Máy đang chặn báo tin. Mở cài đặt của trình duyệt, cho phép trang này báo tin.
console-push-unable = Máy này không báo tin được.
