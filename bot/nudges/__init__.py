"""Reminders: the centre's calendar, due rows and the tick."""
