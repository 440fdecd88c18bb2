"""Talks with Rasa: turn-taking, where a conversation stands, the custom actions Rasa calls back."""
