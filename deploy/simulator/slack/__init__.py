"""Slack's side: the Web API, its checks, signed interactions and the staff's workspace."""
