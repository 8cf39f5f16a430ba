# Money
problem-payment-closed = This payment waits for money no longer.
problem-signature = The signature is wrong, or the notice is more than five minutes old.
problem-account-raced = The money account was changed elsewhere at the same moment. Look at it and try again.

wrong-bank = No bank has this number. See GET /api/v1/banks.
wrong-account-number = An account number is 3 to 19 digits or unaccented letters.
wrong-holder-name = Write the holder's name in letters, as the bank prints it.
wrong-notices = Must be none, sepay, casso or payos.
wrong-credential = At least one of hmac_secret and api_key is needed.
wrong-credential-unused = An account without notices needs no credential.
wrong-secret = A secret is 8 to 200 ASCII characters without spaces.
wrong-transfer-type = Must be in or out.
wrong-payment-status = Must be pending, paid, underpaid, overpaid, expired or refunded.
