# Liên sàn: trang cho người lập trình của sàn khác
federation-title = Nối với sàn này
federation-lead = Mọi tin đang bán ở đây, cùng giá, lượng còn và nguồn gốc, để sàn khác đọc về và đăng lại.
federation-open = Ai cũng đọc được, không cần đăng ký, không cần khoá. Bán và giao vẫn do người bán ở sàn này lo: xin dẫn người mua về địa chỉ ghi trong tin.
federation-addresses = Các địa chỉ
federation-address-exchange = Sàn này là ai: mã sàn, các khoá công khai (JWK Set), và các địa chỉ bên dưới. Địa chỉ trong đó tính từ chính trang ấy.
federation-address-changes = Những gì đã đổi kể từ con trỏ since: mỗi tin một mục, là trạng thái mới nhất. limit từ 1 đến 500.
federation-address-snapshot = Toàn bộ tin đang bán, mỗi dòng một mục (NDJSON). Dòng cuối cho biết đọc tiếp ở đâu.
federation-address-schema = JSON Schema của mọi thứ trên.
federation-cursor = Con trỏ
federation-cursor-begin = Không có since: đọc từ đầu.
federation-cursor-go-on = Lần sau gửi lại next_cursor của trang trước, đúng từng chữ. Trang không có mục nào nghĩa là đã hết, lúc này.
federation-cursor-compact = Mỗi tin chỉ nằm một chỗ, ở số seq của lần đổi mới nhất. Đổi giá mười lần giữa hai lần đọc thì chỉ thấy giá cuối.
federation-cursor-wait = Thêm wait=25 thì máy chủ chờ tới 25 giây cho đến khi có gì mới.
federation-cursor-stale = Trả lời 410: con trỏ của kỷ nguyên (epoch) khác, hoặc quá cũ. Đọc lại từ địa chỉ snapshot ghi trong trả lời, bỏ những tin không còn trong đó, rồi đi tiếp bằng next_cursor của dòng cuối.
federation-cursor-snapshot = Bản toàn bộ dài thì chia nhiều phần: dòng cuối có next thì đọc tiếp ở đó, có next_cursor là hết. Đứt giữa chừng thì đọc lại đúng phần ấy.
federation-show = Khi đăng lại
federation-show-tombstone = Mục kind: tombstone nghĩa là tin không còn: gỡ ngay. reason cho biết vì sao.
federation-show-fresh = Quá fresh_until mà chưa đọc lại được thì thôi đăng. Mỗi trang đọc được gia hạn cho tất cả những tin đã nhận.
federation-show-certificate = Giấy chứng nhận hết hạn từ ngày ends_on, dù chưa có mục mới.
federation-show-gtin = gtin chỉ có khi là mã toàn cầu của GS1. Mã nội bộ của sàn này không bao giờ được gửi ra.
federation-signature = Chữ ký
federation-signature-item = Mỗi mục có signature: chữ ký Ed25519, viết base64url không có dấu bằng ở cuối, trên chính mục ấy sau khi bỏ signature.
federation-signature-canonical = Phần được ký viết theo RFC 8785: tên xếp theo thứ tự mã UTF-16, không có khoảng trắng, chữ mã hoá UTF-8, chỉ thoát những ký tự JSON bắt buộc; số chỉ có số nguyên nhỏ hơn 2^53. Ví dụ:
federation-signature-answer = Mỗi trả lời 200 có Content-Digest (RFC 9530, SHA-256 của các byte đúng như đã gửi, kể cả khi nén gzip) và Signature (RFC 9421, ed25519) trên:
federation-signature-keys = Khoá lấy ở /.well-known/choque-exchange lần đầu rồi giữ lại. Bên nhận thấy chữ ký sai thì bỏ cả trang hoặc bỏ mục ấy.
federation-puller = Chương trình mẫu
federation-puller-detail = Chạy bằng Node 20 trở lên, không cần gói nào. Chính tệp này được chạy trong bộ kiểm thử của Chợ Quê.
federation-choque = Nếu sàn của bạn cũng chạy Chợ Quê
federation-choque-detail = Một lệnh là nối; sau đó máy chủ tự đọc mỗi phút.

remote-description = { $title }, bán trên sàn { $exchange }.
remote-sold-on = Bán trên sàn { $exchange }
remote-sold-on-detail = Tin này do sàn ấy đăng. Giá, lượng còn và giấy chứng nhận là theo lời sàn ấy. Ở đây không đặt mua được.
remote-go = Xem và mua ở { $exchange }
remote-certificates = Theo lời { $exchange }.

problem-stale-cursor = Con trỏ này không dùng được nữa. Đọc lại từ bản toàn bộ rồi đi tiếp.
problem-feed-unready = Sàn đang chuẩn bị danh sách. Chờ vài giây rồi thử lại.
wrong-address = Phải là địa chỉ bắt đầu bằng http:// hoặc https://.
