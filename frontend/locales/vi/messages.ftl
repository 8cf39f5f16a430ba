# Tin báo cho người mua, người bán, cán bộ: ngắn, đọc một mình vẫn hiểu
messages-title-orders = Chợ Quê: đơn hàng
messages-title-money = Chợ Quê: tiền
messages-title-reminders = Chợ Quê: nhắc việc
messages-mail-code-title = Chợ Quê: mã xác nhận
messages-mail-code = Mã của bạn là { $code }, dùng trong { $minutes } phút. Nếu bạn không hỏi mã này thì bỏ qua thư.
messages-say-language = Ngôn ngữ là vi hoặc en.
messages-say-channel = Cách báo là sms, zalo, email hoặc push.
messages-say-email = Địa chỉ thư có dạng ten@noidung.vn.
messages-say-push-address = Địa chỉ này không nhận được tin đẩy.
messages-say-push-keys = Khóa của trình duyệt không đọc được.
messages-say-many = Mỗi lần đánh dấu nhiều nhất 200 tin.
messages-dossier-due = Hồ sơ { $title } đến hạn ngày { $due }, còn { $days } ngày làm việc.
messages-certificate-ending = { $title } hết hạn ngày { $due }, còn { $days } ngày.
messages-webhook-disabled = Hệ thống của bạn tại { $host } nhiều ngày không nhận tin. Sàn đã ngừng gửi đến đó.
messages-webhook-gone = Hệ thống của bạn tại { $host } báo không còn dùng. Sàn đã ngừng gửi đến đó.
