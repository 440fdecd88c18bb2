"""The way to Slack: each message there exactly once, at the pace Slack takes."""
