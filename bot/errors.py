"""What can go wrong, each with the one fact its caller needs."""


class BotError(Exception):
    """The root of everything tsunagi raises on purpose."""


class Refused(BotError):
    """A person asked for something that isn't possible now; the words go back to them as they are."""


class TryLater(BotError):
    """Something outside doesn't answer; the work waits and loses no attempt."""

    def __init__(self, reason: str, *, after: float = 5.0) -> None:
        super().__init__(reason)
        self.after = after  # seconds


class DeliveryError(BotError):
    """A message did not reach LINE or Slack."""

    def __init__(
        self, reason: str, *, permanent: bool = False, after: float | None = None, hold: str | None = None
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent  # True: never try again (blocked, left, 404)
        self.after = after  # seconds the platform asked us to wait
        self.hold = hold  # which conversation or channel must wait, beyond this row


class Busy(BotError):
    """The database didn't take an event in time; nothing is promised, the platform must send it again."""


class LeaseLost(BotError):
    """Another worker has taken the row over; what this one did must be rolled back."""
