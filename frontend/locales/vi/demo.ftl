# Bản trình diễn
demo-say-duration = Khoảng thời gian viết theo ISO 8601, ví dụ P36M (36 tháng) hoặc P1DT12H.
demo-say-forward = Đồng hồ chỉ chạy tới, nên khoảng thời gian phải lớn hơn không.
demo-say-too-far = Đồng hồ của bản trình diễn không chạy quá năm 2100.
