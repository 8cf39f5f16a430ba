# Tiền
problem-not-administrator = Chỉ quản trị sàn mới làm được việc này.
problem-payment-closed = Khoản này không còn chờ tiền nữa.
