"""Talks with Rasa: turn-taking, alignment, the custom actions Rasa calls back."""
