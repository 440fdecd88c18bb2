"""What a person can't do."""


class NotOnScreen(Exception):
    """There is no such thing on this person's screen; the message says what there is."""
