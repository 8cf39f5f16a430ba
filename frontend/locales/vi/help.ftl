help-title = Trợ giúp
help-lead = Cách quét tem, cách mua, cách bán, và hỏi ai khi cần.
help-index = Mục trong trang

help-scan = Quét tem
help-scan-1 = Mở máy ảnh của điện thoại. Máy đời cũ thì mở Zalo, chọn Quét mã QR.
help-scan-2 = Đưa máy vào tem, cách chừng một gang tay, giữ yên cho tới khi hiện đường dẫn.
help-scan-3 = Bấm vào đường dẫn. Trang mở ra cho biết ai làm ra, ở đâu, ngày nào. Không cần cài gì, không cần tài khoản.
help-scan-fails = Không quét được? Lau tem cho sạch, ra chỗ sáng, vuốt tem cho phẳng. Nếu dưới mã có dòng địa chỉ ngắn thì gõ địa chỉ ấy vào điện thoại cũng được.

help-verdict = Kết luận nghĩa là gì
help-verdict-real = Lô hàng có thật
help-verdict-real-detail = Lô này do người bán đã đăng ký khai ra, và không có gì phải giữ lại. Bạn đối chiếu tên hàng, số lô và ngày trên trang với chữ in trên gói.
help-verdict-held = Đang giữ lại
help-verdict-held-detail = Lô này có thật nhưng chưa được bán: có thể hái sớm sau khi phun thuốc, đang chờ cán bộ kiểm tra, hoặc đã bị thu hồi. Trang ghi rõ lý do. Chưa mua thì đừng mua; đã mua thì khoan dùng, gọi lại cho nơi bán.
help-verdict-unknown = Không tìm thấy
help-verdict-unknown-detail = Sàn không có mã này. Có thể tem của nơi khác, tem in nhầm, hoặc tem giả. Đừng vội tin, và báo cho chúng tôi biết.
help-copy = Tem có thể bị chép không?
help-copy-detail = Có. Mã trên tem của cả lô giống hệt nhau, ai chụp lại rồi in ra cũng quét được. Vì vậy tem lô chỉ nói được rằng lô có thật, không nói được gói hàng trong tay bạn thuộc lô ấy. Chỉ tem có số riêng cho từng gói mới giúp lộ ra việc chép.
help-copy-do = Cách giữ mình: mua ở người bán có tên trên trang, xem số lô trong trang có khớp số lô in trên gói không, và để ý gói bị bóc dán lại.

help-buy = Mua hàng
help-buy-1 = Gõ tên hàng vào ô tìm. Không bỏ dấu được cũng không sao: gõ “che” vẫn ra chè.
help-buy-2 = Xem giá theo đơn vị, nơi làm ra, các lô đang bán và giấy chứng nhận còn hạn hay không.
help-buy-3 = Bấm vào số lô để xem đường đi của lô ấy trước khi mua.

help-sell = Bán hàng
help-sell-1 = Tạo tài khoản bằng số điện thoại.
help-sell-2 = Ghi tên sản phẩm, chụp vài tấm ảnh ngoài trời cho sáng, chọn loại hàng và đơn vị bán.
help-sell-3 = Mỗi lần thu hoạch thì ghi một lô: bao nhiêu, ngày nào, ở thửa nào, đã bón phun gì. Mất mạng vẫn ghi được, có mạng máy tự gửi.
help-sell-4 = In tem của lô, dán lên gói, rồi đưa lên bán. Giá do bạn đặt.
help-sell-team = Ngại máy móc? Tổ công nghệ số cộng đồng trong xóm làm giúp được, nhưng phải hỏi và được bạn đồng ý.
help-sell-hold = Chuyện đã xảy ra thì cứ ghi đúng, kể cả hái sớm. Lô ấy chỉ bị giữ lại cho tới ngày đủ thời gian cách ly hoặc tới khi cán bộ xem xong.

help-certificate = Giấy chứng nhận
help-certificate-ocop = OCOP: sản phẩm của xã được chấm điểm và xếp từ 3 đến 5 sao. Giấy có hạn 36 tháng.
help-certificate-vietgap = VietGAP: trồng và nuôi theo quy trình sạch của nước ta, có đơn vị độc lập kiểm tra.
help-certificate-organic = Hữu cơ: không dùng phân, thuốc hoá học, theo tiêu chuẩn Việt Nam TCVN 11041.
help-certificate-gi = Chỉ dẫn địa lý: hàng đúng vùng, đúng cách làm, như chè Tân Cương.
help-certificate-ends = Giấy hết hạn ngày nào thì dấu chứng nhận mất khỏi trang ngay ngày ấy.

help-privacy = Thông tin của bạn
help-privacy-detail = Xem hàng và quét tem không phải khai gì. Khi có tài khoản, bạn được quyền xem, sửa và xoá thông tin của mình. Xoá rồi thì phần chứng minh lô hàng vẫn còn, nhưng không còn tên bạn trong đó.

help-ask = Hỏi ai
help-ask-team = Tổ công nghệ số cộng đồng ở thôn, xóm: cách dùng điện thoại, tạo tài khoản, ghi lô, in tem.
help-ask-market = Ban quản lý chợ: sạp hàng, tiền chỗ, tem thanh toán ở sạp.
help-ask-commune = Uỷ ban nhân dân xã: hồ sơ OCOP, giấy chứng nhận, hàng bị giữ lại.
help-report = Báo tem giả, tem lạ
help-report-detail = Chụp lại tem và cả gói hàng, nhớ nơi mua và ngày mua, rồi báo cho Uỷ ban nhân dân xã nơi mua hoặc ban quản lý chợ. Giữ gói hàng lại, đừng bóc thêm.
