# Sellers' own systems
webhooks-say-url = The address begins with https:// and does not lie inside a private network.
webhooks-say-kind = There is no such kind of event.
webhooks-say-too-many = A seller has at most 10 addresses that hear of events. Take one away first.
webhooks-say-off = This address is off. Switch it on first.
webhooks-say-tests-wait = Earlier tries have not arrived yet. Wait for them first.
