# Báo cáo của người mua, gỡ tin và khiếu nại
report-link = Báo cáo tin này
report-title = Báo cáo với cán bộ của sàn
report-lead = Bạn không cần đăng nhập. Cán bộ sẽ xem và trả lời; người bán không biết ai báo.
report-reason = Có điều gì không ổn?
report-text = Bạn kể rõ hơn nhé
report-contact = Cách liên lạc với bạn (không bắt buộc)
report-contact-hint = Số điện thoại hoặc thư điện tử. Chỉ cán bộ xử lý mới đọc được.
report-send = Gửi báo cáo
report-made = Đã nhận báo cáo
report-made-lead = Bạn giữ mã dưới đây để xem kết quả.
report-outcome-title = Kết quả báo cáo
report-outcome-open = Cán bộ đang xem.
report-outcome-acted = Đã xử lý.
report-outcome-unfounded = Đã xem xét và không thấy sai phạm.
report-outcome-duplicate = Đã có người báo điều này trước.
report-unknown = Không có báo cáo nào mang mã { $code }. Bạn xem lại từng chữ.
report-code = Mã báo cáo
report-look = Xem kết quả
report-reason-fake = Hàng giả, hàng nhái
report-reason-unsafe = Không an toàn
report-reason-wrong-origin = Sai nguồn gốc
report-reason-prohibited = Hàng cấm bán
report-reason-price = Giá không đúng
report-reason-other = Điều khác

listings-say-taken-down-why = Mặt hàng này bị gỡ khỏi sàn ngày { $date }. { $code }: { $reason } Người bán có thể khiếu nại một lần trong bàn làm việc, mục “Tin bị gỡ”; một cán bộ khác sẽ xem lại.

scan-not-on-sale = Lúc này sàn không bán mặt hàng này.

problem-too-many-reports = Từ nơi bạn vừa có quá nhiều báo cáo. Bạn thử lại sau một giờ.
problem-report-closed = Báo cáo này đã khép lại.
problem-taken-down-already = Mục này đang bị gỡ rồi.
problem-appealed-already = Đã khiếu nại một lần rồi. Cán bộ đang xem.
problem-takedown-decided = Việc này đã có quyết định.
problem-no-appeal = Chưa ai khiếu nại nên chưa có gì để giữ nguyên.
problem-same-officer = Người gỡ không tự xét khiếu nại. Hãy để cán bộ khác quyết định.

wrong-report-subject = Phải là listing, product hoặc seller.
wrong-report-id = Không tìm thấy mục này.
wrong-report-reason = Phải là fake, unsafe, wrong_origin, prohibited, price hoặc other.
wrong-report-text = Bạn cho biết là điều gì nhé.
wrong-report-outcome = Phải là acted, unfounded hoặc duplicate.
wrong-report-state = Phải là open, closed hoặc all.
wrong-takedown-outcome = Phải là uphold hoặc restore.
wrong-takedown-state = Phải là standing, appealed, upheld hoặc restored.
