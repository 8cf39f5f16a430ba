# Kiểm duyệt: báo cáo của người mua, tin chờ duyệt, người bán chờ xác minh, hàng bị gỡ.
console-moderation = Kiểm duyệt
console-moderation-back = Về danh sách
console-moderation-bao-cao = Báo cáo
console-moderation-duyet-tin = Duyệt tin
console-moderation-nguoi-ban = Người bán
console-moderation-go-xuong = Đã gỡ
console-subject-listing = Tin bán
console-subject-product = Sản phẩm
console-subject-seller = Người bán
console-taken-down = Đã gỡ xuống

console-reports-empty = Chưa có ai báo gì
console-reports-open = { $count } báo cáo chưa xem xong
console-reports-closed = Đã xem xong
console-report-fake = Hàng giả, hàng nhái
console-report-unsafe = Không an toàn
console-report-wrong-origin = Sai nguồn gốc
console-report-prohibited = Hàng cấm bán
console-report-price = Giá không đúng
console-report-other = Lý do khác
console-report-close = Xem xong, trả lời
console-report-outcome = Kết quả
console-report-outcome-acted = Đúng, đã xử lý
console-report-outcome-unfounded = Không đúng
console-report-outcome-duplicate = Đã có người báo rồi
console-report-answer = Trả lời người báo
console-report-answer-hint = Người báo đọc được câu này.

console-takedown-do = Gỡ xuống
console-takedown-code = Vì sao gỡ
console-takedown-code-choose = Chọn lý do
console-takedown-code-wrong = Chọn một lý do.
console-takedown-reason-hint = Người bán và người mua đọc được câu này.
console-takedown-basis = Căn cứ (nếu có)
console-takedown-listings = { $count } tin bán bị gỡ theo
console-takedown-standing = Đang bị gỡ
console-takedown-appealed = Người bán xin xem lại
console-takedown-upheld = Đã xem lại: vẫn gỡ
console-takedown-restored = Đã cho bán lại
console-takedown-do-restore = Cho bán lại
console-takedown-do-uphold = Vẫn gỡ
console-takedowns = Hàng bị gỡ
console-takedowns-back = Về danh sách
console-takedowns-empty = Chưa gỡ gì
console-takedowns-none = Bạn không có hàng nào bị gỡ
console-appeal = Xin xem lại
console-appeal-hint = Nói rõ vì sao hàng của bạn đúng. Cán bộ khác sẽ xem. Chỉ xin được một lần.
console-appeal-wrong = Ghi vì sao cần xem lại.
console-appeal-send = Gửi xin xem lại
console-appeal-of = Người bán trả lời ngày { $date }
console-appeal-decided = Đã xem lại ngày { $date }

console-reviews-empty = Không có tin nào chờ duyệt
console-review-listing = Tin mới
console-review-edit = Sửa tin đang bán
console-review-what = Mục
console-review-now = Đang bán
console-review-then = Muốn đổi thành
console-review-same = Không đổi gì.
console-review-settled = Việc này đã có người xử lý.
console-review-approve = Duyệt
console-review-return = Trả lại
console-review-return-hint = Người bán đọc câu này để sửa.

console-verify-empty = Không có người bán nào chờ
console-verify-since = từ ngày { $date }

# Điều kiện bán, trong tin và khi duyệt.
console-term-none = Không có
console-term-price = Giá
console-term-by-weight = Tính theo cân
console-term-contains = Một đơn vị bằng
console-term-tiers = Giá mua nhiều
console-term-min-quantity = Mua ít nhất
console-term-step = Mua thêm từng
console-term-limit-per-customer = Mỗi khách mua nhiều nhất
console-term-lead-days = Làm trong
console-term-harvest-on = Ngày thu hoạch
console-term-cap = Nhận đặt nhiều nhất
console-term-contains-is = 1 { $unit } = { $quantity }
console-term-tier-is = từ { $quantity }: { $price }
console-term-limit-is = { $quantity } trong { $days } ngày
console-term-lead-is = { $days } ngày
console-term-weight-is = { $price } / { $unit }, nặng { $min } đến { $max }
