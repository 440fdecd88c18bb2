"""A destination that doesn't answer is left alone for a while."""

from datetime import datetime, timedelta

TRIPS_AFTER = 5  # failures in a row
RESTS = timedelta(seconds=30)


class Breaker:
    """Open after five failures in a row; after 30 s one row at a time tries whether it is over."""

    def __init__(self) -> None:
        self._failures = 0
        self._until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the destination counts as down."""
        return self._until is not None

    def room(self, now: datetime, wanted: int) -> int:
        """How many of the wanted rows may leave now."""
        if self._until is None:
            return wanted
        if now < self._until:
            return 0
        self._until = now + RESTS  # when the next one may try, if this one never comes back
        return min(1, wanted)

    def succeeded(self) -> None:
        """The destination answered."""
        self._failures, self._until = 0, None

    def failed(self, now: datetime) -> None:
        """The destination didn't answer, or not sensibly."""
        self._failures += 1
        if self._failures >= TRIPS_AFTER:
            self._until = now + RESTS
