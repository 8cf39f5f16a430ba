# Hệ thống riêng của người bán
webhooks-say-url = Địa chỉ bắt đầu bằng https:// và không nằm trong mạng nội bộ.
webhooks-say-kind = Không có loại tin này.
webhooks-say-too-many = Mỗi người bán có nhiều nhất 10 địa chỉ nhận tin. Bỏ bớt một địa chỉ rồi thêm.
webhooks-say-off = Địa chỉ này đang tắt. Bật lại rồi gửi.
webhooks-say-tests-wait = Mấy tin thử trước chưa tới nơi. Chờ chúng tới rồi thử tiếp.
