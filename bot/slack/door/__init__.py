"""Slack's requests: verified, one transaction each, answered in time."""
