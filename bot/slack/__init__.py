"""Slack: listeners, what the card and the modals look like, and how they are sent."""
