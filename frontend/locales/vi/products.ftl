# Sản phẩm: đặc điểm, mã số, ảnh
attributes-title = Đặc điểm
attribute-yes = Có
attribute-no = Không

wrong-attribute-unknown = Nhóm hàng “{ $category }” không có mục này.
wrong-attribute-choice = Chọn một trong các mã: { $codes }.
wrong-gtin-publication = Mã bắt đầu bằng 977, 978 hoặc 979 là của sách báo, không phải của hàng hoá.
wrong-gtin-coupon = Mã bắt đầu bằng 98 hoặc 99 là của phiếu mua hàng, không phải của hàng hoá.
wrong-gtin-ours = Mã này thuộc dải của tỉnh. Bỏ trống để sàn cấp mã.

wrong-no-such-photo = Sản phẩm không có ảnh này.
wrong-photos-missing = Kể đủ mọi ảnh của sản phẩm, mỗi ảnh một lần.
wrong-no-such-upload = Bạn không có tệp đang tải nào mang mã này.
wrong-digest = Phải là SHA-256, 64 chữ số hệ mười sáu.
wrong-upload-digest = Tệp nhận được khác với tệp đã báo. Bạn tải lại từ đầu nhé.
problem-upload-offset = Phần tiếp theo bắt đầu từ byte { $offset }. Bạn tải tiếp từ đó nhé.
problem-upload-offset-header = Upload-Offset phải là một số từ 0 trở lên.
problem-upload-longer = Tệp dài hơn { $size } byte đã báo lúc đầu.
problem-upload-unfinished = Tệp chưa tải xong, mới đến byte { $offset }. Bạn tải tiếp rồi thử lại nhé.
problem-upload-used = Tệp này đã thành ảnh của một sản phẩm. Bạn tải tệp khác nhé.
problem-too-many-uploads = Bạn có nhiều tệp đang tải dở quá. Bạn tải nốt hoặc bỏ bớt rồi thử lại nhé.
problem-too-many-pieces = Tệp bị chia quá nhỏ. Bạn bỏ tệp này và tải lại bằng những phần lớn hơn.
problem-type-piece = Gửi từng phần của tệp bằng application/partial-upload.
