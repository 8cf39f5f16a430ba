problem-hold-released = Lô này đã được cán bộ cho bán lại rồi.
wrong-hold-state = Chọn open (còn giữ) hoặc released (đã cho bán lại).
