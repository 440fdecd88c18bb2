"""LINE: the webhook, what messages look like, and how they are sent."""
