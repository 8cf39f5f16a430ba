# Photographs: why they are not taken.
problem-photo-too-large = The photo is too large. A photo may have at most { $most } MB; please take it again in a smaller size.
problem-photo-format = This kind of picture is not taken. Please send JPEG, PNG or WebP; on an iPhone choose Settings → Camera → Formats → Most Compatible.
problem-photo-animation = Moving pictures are not taken. Please send a still photo.
wrong-photo = This file is not a picture.
wrong-photo-damaged = The picture is damaged or was not sent to its end. Please send it again.
wrong-photo-pixels = The picture is too big ({ $width } × { $height } pixels). Please take it again in a smaller size.
