"""Somebody's day at the desk: what is due, what waits, what comes, and the figures of a month."""
