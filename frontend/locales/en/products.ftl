# Products: attributes, numbers, photographs
attributes-title = Details
attribute-yes = Yes
attribute-no = No

wrong-attribute-unknown = The category “{ $category }” has no such attribute.
wrong-attribute-choice = Choose from the codes: { $codes }.
wrong-gtin-publication = Numbers that begin with 977, 978 or 979 belong to publications and not to goods.
wrong-gtin-coupon = Numbers that begin with 98 or 99 belong to coupons and not to goods.
wrong-gtin-ours = This number is in the province's own range. Leave it out and the exchange gives one.

wrong-no-such-photo = The product has no such photo.
wrong-photos-missing = Name every photo of the product, each once.
wrong-no-such-upload = You have no upload with this id.
wrong-digest = This must be a SHA-256, 64 hexadecimal digits.
wrong-upload-digest = What came is not the file that was announced. Please send it again from the start.
problem-upload-offset = The next piece begins at byte { $offset }. Please go on from there.
problem-upload-offset-header = Upload-Offset must be a number from 0.
problem-upload-longer = The file is longer than the { $size } bytes announced at first.
problem-upload-unfinished = The file is here only up to byte { $offset }. Please send the rest and try again.
problem-upload-used = This file has become a photo of a product. Please send another.
problem-too-many-uploads = You have too many unfinished uploads. Please finish or drop some and try again.
problem-too-many-pieces = The file came in pieces that are too small. Please drop it and send it again in larger ones.
problem-type-piece = Send the pieces of a file as application/partial-upload.
