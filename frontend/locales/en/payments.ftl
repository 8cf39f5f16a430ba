# Money
problem-not-administrator = Only an administrator of the exchange may do this.
problem-payment-closed = This payment waits for money no longer.
