market-title = Markets
market-lead = Markets of the province on this exchange: pay at the stall by scanning a code, no small change needed.
market-empty = No market has joined yet
market-empty-detail = A market appears here once its management has registered.
