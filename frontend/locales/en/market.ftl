market-title = Markets
market-lead = Markets of the province on this exchange: pay at the stall by scanning a code, no small change needed.
market-empty = No market has joined yet
market-empty-detail = A market appears here once its management has registered.
market-stalls = { $count ->
    [one] 1 stall
   *[other] { $count } stalls
  }

# One market
market-one-lead = { $place } · { $count } stalls on the exchange
market-one-lead-nowhere = { $count } stalls on the exchange
market-find = Goods, stall or keeper
market-find-go = Find
market-rows = Rows
market-row-all = The whole market
market-row = Row { $row }
market-row-other = Other stalls
market-found = { $count ->
    [0] No stall found
    [one] 1 stall found
   *[other] { $count } stalls found
  }
market-none = No such stall yet
market-none-detail = Try a shorter word, such as “rau”.
market-no-stalls = No stall of this market has joined yet
market-clear = The whole market

# One stall
market-stall = Stall { $code }
market-stall-description = { $goods }: stall { $code }, kept by { $keeper }, { $market }.
market-pay = Pay at the stall
market-pay-code = VietQR code to pay stall { $code }
market-pay-scan = Open your banking app and scan this code.
market-pay-name = Check the receiver’s name
market-pay-amount = Type the amount, leave the message { $memo } as it is, then send.
market-pay-wait = Wait until the stall’s phone says “Đã nhận”.
market-pay-wait-hand = This stall’s bank does not tell us about transfers. Wait until the keeper has looked.
market-pay-holder = Receiver
market-pay-bank = Bank
market-pay-number = Account number
market-pay-none = This stall takes no transfers yet
market-pay-none-detail = Please pay in cash.

# What the counter says aloud
market-say-received = Received { $amount } dong
market-say-by-hand = Confirmed by the keeper: { $amount } dong
market-say-underpaid = Received only { $amount } dong, { $missing } dong missing
market-say-overpaid = Received { $amount } dong, { $over } dong too much

# Refusals
problem-no-money-account = This stall has no account to be paid into. Enter the stall’s bank account, then try again.
problem-bank-tells = This stall’s bank tells us when money comes, so it is not confirmed by hand. Wait for the bank.
wrong-amount-or-lines = Give one of the two: amount or lines.
wrong-line-amount = This line must come to between 1 and 9,999,999,999,999 dong.
wrong-sale-changed = This id was used for another sale. Ring up a new one.
wrong-no-such-market = There is no such market.
wrong-stand-size = Must be a5 or a6.
