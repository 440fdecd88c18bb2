"""LINE's side: the Messaging API, its checks, signed webhooks and the citizens' phones."""
