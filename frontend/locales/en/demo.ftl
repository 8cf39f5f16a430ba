# The demo
demo-say-duration = Write the duration as ISO 8601, for example P36M (36 months) or P1DT12H.
demo-say-forward = The clock only moves forward, so the duration must be longer than none.
demo-say-too-far = The demo's clock does not go beyond the year 2100.
demo-say-not-vietqr = This is not a well-formed VietQR code.
demo-say-no-such-bank = No bank has the number in this code.

bank-title = The buyer's bank (demo)
bank-about = This page plays a bank's app: paste what the QR code says and transfer. No real money moves.
bank-payload = Content of the QR code
bank-read = Read the code
bank-bank = Bank
bank-number = Account number
bank-holder = Account holder
bank-amount = Amount
bank-amount-hint = In đồng, for example 45.000
bank-memo = Memo
bank-go = Transfer
bank-paid = Transferred { $amount }
bank-silent = This account's bank does not tell the exchange; its owner confirms by hand.
bank-another = Read another code
demo-say-no-such-provider = Must be sepay, casso or payos.
demo-say-no-such-mode = Must be mangled, twice or short.
