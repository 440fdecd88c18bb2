"""What people do in Slack, and what the hub is told of it."""
