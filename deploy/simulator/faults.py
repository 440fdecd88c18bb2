"""Trouble on request: the platforms answer with errors, hang or drop, and deliver twice."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["error", "hang", "drop", "duplicate"]


@dataclass
class Fault:
    """One kind of trouble for the next `times` calls that match."""

    platform: str  # "line" or "slack"
    kind: Kind
    times: int = 1
    status: int = 500  # of an error
    path: str = ""  # only calls whose path contains this; empty means every call
    accepted: bool = False  # True: the call takes effect, and only its answer is spoilt
    seconds: float = 30.0  # how long a hanging call hangs
    message: str = ""  # of the error's body
    retry_after: int = 1  # of Slack's 429; LINE sends none


class Faults:
    """The troubles that are still to come."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def add(self, **what: Any) -> Fault:
        """Ask for trouble; TypeError when a field is unknown."""
        fault = Fault(**what)
        self._coming.append(fault)
        return fault

    def take(self, platform: str, path: str) -> Fault | None:
        """The trouble that meets a call to a platform, counted down."""
        return self._take(platform, path, {"error", "hang", "drop"})

    def duplicates(self, platform: str) -> bool:
        """Whether this delivery to the hub is to be repeated."""
        return self._take(platform, "", {"duplicate"}) is not None

    def _take(self, platform: str, path: str, kinds: set[str]) -> Fault | None:
        for fault in self._coming:
            if fault.platform == platform and fault.kind in kinds and fault.path in path:
                fault.times -= 1
                if fault.times <= 0:
                    self._coming.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Calm again."""
        self._coming.clear()

    def listed(self) -> list[dict[str, Any]]:
        """What is still to come, as JSON."""
        return [asdict(fault) for fault in self._coming]
