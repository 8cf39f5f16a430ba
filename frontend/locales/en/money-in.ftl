# Money in
problem-no-gateway = This payment does not go through a gateway.
problem-gateway = The payment gateway does not answer. Please try again in a few minutes.
problem-not-unmatched = This money has been dealt with already.

wrong-method-not-offered = The exchange does not take this way of paying. Please choose another.
wrong-partner = That is not our number with this provider.
wrong-credential-key-unused = Only SePay uses an api_key.
wrong-statement-both = A row has money in or money out, not both.
wrong-statement-no-amount = This row has no amount.

wrong-unmatched-reason = Must be no_reference, unknown_reference, unknown_account, late, closed or unsettled.
wrong-no-such-payment = There is no such payment into an account of the same owner.
wrong-no-such-account = There is no such money account.

method-vietqr = Bank transfer by VietQR
method-cod = Cash on delivery
method-vnpay = VNPay
method-momo = MoMo wallet
method-zalopay = ZaloPay

back-title = Payment
back-paid = { $amount } has come
back-open = The money has not come yet
back-open-about = If you have paid, please wait a moment. This page looks again by itself.
back-again = Go on paying
back-over = This order waits for money no longer
back-over-about = If you have paid, your money is not lost: it is given back, or your goods are sent.
back-amount = Amount
back-reference = Payment code
back-orders = See your orders
