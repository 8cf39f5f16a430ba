# Nhập và xuất tin bán bằng tệp
import-sheet-listings = Tin bán
import-sheet-help = Hướng dẫn
import-sheet-categories = Nhóm hàng

import-column-id = Mã tin
import-column-seller = Người bán
import-column-sku = Mã hàng
import-column-name = Tên sản phẩm
import-column-category = Nhóm hàng
import-column-description = Mô tả
import-column-brand = Thương hiệu
import-column-gtin = Mã vạch (GTIN)
import-column-unit = Đơn vị
import-column-price = Giá (đồng)
import-column-mode = Cách bán
import-column-stock = Còn bán
import-column-stock-was = Còn bán khi xuất
import-column-harvest-on = Ngày thu hoạch
import-column-cap = Nhận đặt tối đa
import-column-shelf-life = Hạn dùng (ngày)
import-column-state = Trạng thái
import-column-reason = Lý do

import-hint-id = Sàn ghi khi xuất. Để trống nếu là tin mới. Đừng sửa cột này.
import-hint-seller = Chỉ cần khi bạn bán cho nhiều người bán: tên ngắn trên địa chỉ trang của người bán.
import-hint-sku = Mã của riêng bạn, mỗi tin một mã. Lần sau nhập lại tệp, sàn nhìn mã này để sửa đúng tin chứ không tạo thêm.
import-hint-name = Cần điền cho tin mới.
import-hint-category = Cần điền cho tin mới. Chép một tên trong trang tính “Nhóm hàng”.
import-hint-description = Không bắt buộc. Có thể xuống dòng trong ô.
import-hint-brand = Không bắt buộc.
import-hint-gtin = 8, 12, 13 hoặc 14 chữ số. Để trống thì sàn cấp mã. Cột phải để kiểu Văn bản, kẻo bảng tính làm tròn mất số.
import-hint-unit = Cần điền cho tin mới. Ví dụ: kg, hộp, gói, chai, bó.
import-hint-price = Giá một đơn vị. Viết 45000, 45.000 hay 45.000 đ đều được.
import-hint-mode = có sẵn, làm khi đặt, hoặc đặt trước. Có số ở cột “Còn bán” thì hiểu là có sẵn.
import-hint-stock = Số còn bán, ví dụ 12,5 hoặc 12,5 kg. Đừng viết 1.500: không rõ là một rưỡi hay nghìn rưỡi; hãy viết 1,5 hoặc 1500.
import-hint-stock-was = Sàn ghi khi xuất. Nếu bạn không sửa cột “Còn bán” thì hàng đã bán trong lúc đó vẫn được tính đúng.
import-hint-harvest-on = Cho hàng đặt trước: 21/11/2026.
import-hint-cap = Cho hàng đặt trước: nhận đặt nhiều nhất bao nhiêu.
import-hint-shelf-life = Không bắt buộc. Số ngày dùng được kể từ khi đóng gói.
import-hint-state = đang bán hoặc ngừng bán. Để trống thì tin mới được bán ngay, tin cũ giữ nguyên.

import-mode-stock = có sẵn
import-mode-on-demand = làm khi đặt
import-mode-preorder = đặt trước
import-state-live = đang bán
import-state-withdrawn = ngừng bán
import-state-draft = nháp
import-state-review = chờ duyệt
import-state-taken-down = bị gỡ

problem-import-bomb = Tệp này khi mở ra lớn quá mức cho phép. Bạn chép phần bảng sang một tệp mới rồi gửi lại.

wrong-import-empty = Tệp trống.
wrong-import-encoding = Không đọc được chữ trong tệp. Bạn lưu lại kiểu “CSV UTF-8” hoặc XLSX rồi gửi lại.
wrong-import-old-workbook = Đây là tệp .xls kiểu cũ. Bạn lưu lại thành .xlsx rồi gửi lại.
wrong-import-locked = Tệp có mật khẩu. Bạn bỏ mật khẩu rồi gửi lại.
wrong-import-not-a-workbook = Tệp nén này không phải bảng tính .xlsx.
wrong-import-damaged = Tệp hỏng nên không đọc được. Bạn mở bằng bảng tính, lưu lại thành tệp mới rồi gửi lại.
wrong-import-no-header = Không thấy dòng tên cột. Bạn lấy tệp mẫu rồi chép dữ liệu sang.
wrong-import-column-twice = Cột “{ $column }” có hai lần.
wrong-import-no-rows = Dưới dòng tên cột chưa có dòng nào.
wrong-import-too-many-rows = Nhiều nhất { $max } dòng một tệp. Bạn chia thành nhiều tệp.
wrong-import-too-many-columns = Nhiều nhất { $max } cột.

wrong-import-number = Phải là số, ví dụ 45000 hoặc 1,5.
wrong-import-dong-parts = Giá là số đồng chẵn, không có phần lẻ.
wrong-import-ambiguous = Không rõ là { $grouped } hay { $parted }. Bạn viết lại một trong hai số ấy.
wrong-import-whole = Phải là số nguyên.
wrong-import-day = Phải là ngày như 21/11/2026.
wrong-import-formula = Ô bắt đầu bằng = + - @ dễ bị hiểu là công thức. Bạn viết lại thành chữ thường.
wrong-import-fault = Công thức trong ô bị lỗi { $fault }.
wrong-import-category = Không có nhóm hàng này. Xem trang tính “Nhóm hàng” trong tệp mẫu.
wrong-import-gtin-rounded = Bảng tính đã làm tròn mất chữ số. Bạn để cột kiểu Văn bản rồi gõ lại mã.
wrong-import-mode = Phải là có sẵn, làm khi đặt hoặc đặt trước.
wrong-import-state = Phải là đang bán hoặc ngừng bán.
wrong-import-state-by-hand = Trạng thái này không đổi bằng tệp được.
wrong-import-beyond = Dòng có nhiều ô hơn số cột (“{ $value }”). Có lẽ thiếu dấu ngoặc kép quanh một ô có dấu phẩy.
wrong-import-no-stock = Cần số còn bán, hoặc ghi cách bán là “làm khi đặt”.
wrong-import-other-mode = Cột này không dùng cho cách bán của dòng.
wrong-import-no-such-listing = Bạn không có tin mang mã này. Tin mới thì để trống.
wrong-import-fixed = Tin đã có thì không đổi được ở cột này.
wrong-import-sku-taken = Mã hàng này đang thuộc tin khác.
wrong-import-there-already = Bạn đã có tin cùng tên và đơn vị. Muốn sửa tin ấy thì ghi mã tin; muốn thêm tin nữa thì ghi mã hàng.
wrong-import-line-twice = Trùng với dòng { $line }.
