"""How the platforms fail: by chance with a seed, or as a story asks for."""

import random
from collections.abc import Callable

LINE = ("500", "429", "refused", "accepted, 500", "accepted, hangs", "accepted, cut off", "accepted, garbage")
SLACK = (*LINE, "fatal_error", "accepted, fatal_error")
RASA = ("500", "refused", "hangs", "garbage", "huge", "silent", "applied, lost", "applied late")
KINDS = {"line": LINE, "slack": SLACK, "rasa": RASA}
LATE = 1.6  # seconds: just longer than the hub waits


class Weather:
    """What the next call meets."""

    def __init__(self, seed: int, injected: Callable[[str], None]) -> None:
        self._random = random.Random(f"weather {seed}")  # noqa: S311  trouble is no secret
        self._coming: list[tuple[str, str, str]] = []
        self._injected = injected
        self.chance = 0.0  # of each kind of failure, for each call
        self.down: set[str] = set()  # platforms that can't be reached at all

    def ask(self, platform: str, kind: str, path: str = "", times: int = 1) -> None:
        """Let the next calls whose path holds `path` meet this."""
        self._coming += [(platform, path, kind)] * times

    @property
    def has_come(self) -> bool:
        """Whether everything that was asked for has happened."""
        return not self._coming

    def calm(self) -> None:
        """No more trouble, but for what was asked for."""
        self.down.clear()
        self.chance = 0.0

    def draw(self, platform: str, path: str) -> str:
        """Return the kind of failure of a call, or nothing."""
        kind = self._asked(platform, path) or ("refused" if platform in self.down else self._by_chance(platform))
        if kind:
            self._injected(f"{platform} {kind}")
        return kind

    def _asked(self, platform: str, path: str) -> str:
        for one in self._coming:
            if one[0] == platform and one[1] in path:
                self._coming.remove(one)
                return one[2]
        return ""

    def _by_chance(self, platform: str) -> str:
        kinds, drawn = KINDS[platform], self._random.random()
        return kinds[int(drawn / self.chance)] if self.chance and drawn < self.chance * len(kinds) else ""
