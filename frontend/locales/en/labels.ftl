# Stickers, serial numbers and rolls numbered in advance.

wrong-switch = Write 1 for yes, 0 for no.
wrong-scratch-serials = Only stickers with serial numbers have a hidden code: add serials=1.
wrong-hidden-once = These stickers have hidden codes, which are printed once. Print new numbers instead.
wrong-sticker-small = This sticker is too small for the code. Choose a larger one.
wrong-serial-link = This is not the code of a sticker with a serial number. Scan the sticker again.
wrong-no-such-serial = No sticker with this number was ever printed.
wrong-no-scratch = This sticker has no scratch layer.
wrong-scratch-slip = Not right yet: a hidden code has 9 characters. Look at each again.
wrong-scratch = This hidden code does not belong to this sticker. Look at each character again; if it is still wrong, the sticker may be false.
wrong-sticker-slip = Not right yet: the 9 characters below the QR code. Look at each again.
wrong-no-such-sticker = There is no sticker with this code.
wrong-other-roll = These two stickers are not of the same roll. Write each roll down by itself.
wrong-not-your-commune = A cooperative or company orders rolls for its own commune only.
problem-not-a-group = Rolls are ordered by officers, helpers, cooperatives and companies. Ask your commune or its digital team.
