# Ảnh: vì sao không nhận.
problem-photo-too-large = Ảnh nặng quá. Mỗi ảnh nhiều nhất { $most } MB; bạn chụp lại ở cỡ nhỏ hơn nhé.
problem-photo-format = Loại ảnh này chưa nhận được. Bạn gửi ảnh JPEG, PNG hoặc WebP nhé; trên iPhone, chọn Cài đặt → Camera → Định dạng → Tương thích nhất.
problem-photo-animation = Ảnh động chưa nhận được. Bạn gửi một ảnh tĩnh nhé.
wrong-photo = Tệp này không phải là ảnh.
wrong-photo-damaged = Ảnh bị hỏng hoặc chưa tải lên hết. Bạn gửi lại nhé.
wrong-photo-pixels = Ảnh to quá ({ $width } × { $height } điểm ảnh). Bạn chụp lại ở cỡ nhỏ hơn nhé.
