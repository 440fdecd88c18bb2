"""A stand-in for LINE and Slack: their HTTP towards the hub, and a page where people play both sides."""
