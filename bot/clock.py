"""The hub's clock; a demo's may run ahead of the world's."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Now, in UTC. Time never goes back: a step that would is left out."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the moment that it is here."""
        return datetime.now(UTC) + self._ahead

    def set_ahead(self, seconds: float) -> None:
        """Run so many seconds ahead of the world."""
        self._ahead = max(self._ahead, timedelta(seconds=seconds))
