# Tem, số riêng và cuộn tem in sẵn.

wrong-switch = Ghi 1 nếu có, 0 nếu không.
wrong-scratch-serials = Mã cào chỉ có trên tem số riêng: thêm serials=1.
wrong-hidden-once = Các tem này có mã cào, chỉ in được một lần. Hãy in tiếp số mới.
wrong-sticker-small = Tem này quá nhỏ cho mã. Hãy chọn loại tem lớn hơn.
wrong-serial-link = Đây không phải mã của một tem có số riêng. Quét lại mã trên tem.
wrong-no-such-serial = Sàn chưa in tem nào mang số này.
wrong-no-scratch = Tem này không có lớp cào.
wrong-scratch-slip = Chưa đúng: mã cào có 9 ký tự. Xem lại từng chữ.
wrong-scratch = Mã cào không đúng với tem này. Xem lại từng chữ; nếu vẫn sai, tem có thể là giả.
wrong-sticker-slip = Mã tem chưa đúng: 9 ký tự dưới mã QR. Xem lại từng chữ.
wrong-no-such-sticker = Không có tem in sẵn nào mang mã này.
wrong-other-roll = Hai tem này không cùng một cuộn. Ghi riêng từng cuộn.
wrong-not-your-commune = Hợp tác xã, công ty chỉ đặt cuộn tem cho xã của mình.
problem-not-a-group = Cuộn tem do cán bộ, tổ công nghệ số, hợp tác xã hoặc công ty đặt. Hãy hỏi xã hoặc tổ công nghệ số nơi bạn ở.
