# Làm chứng cho sổ công khai của sàn bạn.
problem-witness-malformed = Yêu cầu ký làm chứng không đúng dạng.
problem-witness-unknown-log = Sàn này không biết sổ ấy. Người quản trị thêm sàn bạn trước đã.
problem-witness-unsigned = Bản ghi chưa được chính sổ ấy ký.
problem-witness-other = Sàn này đã làm chứng cho một bản khác của sổ.
problem-witness-proof = Chứng minh không nối được từ bản đã biết tới bản này.
