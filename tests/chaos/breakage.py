"""What can be broken inside a hub, from outside and while it runs: where it dies, and which promise it forgets.

Only tests start hubs that have this; nothing of it is in the product. A switch is a file, looked at on the way.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from bot import clock
from bot.delivery import accept, claims, inbox, ledger, postman
from bot.hearing import endpoint, rasa
from bot.line import transport as line
from bot.slack.sending import transport as slack
from tests.chaos.forgotten import FORGOTTEN

KILLED = 137  # the exit code of a process that was killed with -9

# After which step the process ends, as if its plug had been pulled.
POINTS: dict[str, tuple[Any, str]] = {
    "accept: inserted, not committed": (accept, "insert_new"),
    "accept: committed, not answered": (accept.Acceptor, "_store"),
    "inbox: claimed": (inbox.InboxWorker, "claim"),
    "turn: Rasa answered, nothing recorded": (rasa.Rasa, "say"),
    "action: done, not committed": (endpoint.Actions, "_step"),
    "action: committed, not answered": (endpoint.Actions, "__call__"),
    "inbox: finished, not committed": (inbox.ClaimedEvent, "finish"),
    "inbox: finished": (inbox.InboxWorker, "work"),
    "outbox: claimed": (postman.Postman, "claim"),
    "line: sent, not recorded": (line.LineTransport, "send"),
    "slack: sent, not recorded": (slack.SlackTransport, "send"),
    "row: held, not committed": (claims, "held"),
    "outbox: recorded": (postman.Postman, "_write_sent"),
    "click: taken, not committed": (ledger, "once"),
}


class Switches:
    """The files through which a test reaches a hub."""

    def __init__(self, folder: Path, hub: str) -> None:
        self._folder, self._hub = folder, hub

    def crash(self, point: str) -> None:
        """Die here if this is the point; a switch works once."""
        armed = self._folder / f"crash-{self._hub}"
        if self._read(armed) == point:
            armed.rename(armed.with_name(f"crashed-{self._hub}"))
            os._exit(KILLED)

    def stall(self, point: str) -> None:
        """Stand still here, with everything else in this process, as on a machine that is suspended."""
        armed = self._folder / f"stall-{self._hub}"
        name, _, seconds = self._read(armed).partition("|")
        if name == point:
            armed.unlink()
            time.sleep(float(seconds))

    def forgets(self, promise: str) -> bool:
        """Whether this promise is broken at the moment."""
        return promise in self._read(self._folder / "forgotten").split("\n")

    def ahead(self) -> timedelta:
        """How far the clock of this hub is off."""
        return timedelta(seconds=float(self._read(self._folder / f"clock-{self._hub}") or 0))

    @staticmethod
    def _read(file: Path) -> str:
        try:
            return file.read_text("utf-8")
        except FileNotFoundError:
            return ""


def install(switches: Switches) -> None:
    """Put every switch in its place, all of them off."""
    for point, (owner, name) in POINTS.items():
        _die_after(switches, point, owner, name)
    for promise, (owner, name, instead) in FORGOTTEN.items():
        _forget(switches, promise, owner, name, instead)
    wall = clock.wall
    clock.wall = lambda: wall() + switches.ahead()


def _die_after(switches: Switches, point: str, owner: Any, name: str) -> None:
    real = getattr(owner, name)

    @wraps(real)
    async def dying(*args: Any, **kwargs: Any) -> Any:
        result = await real(*args, **kwargs)
        if result is None or result:  # not where nothing was claimed or new
            switches.crash(point)
            switches.stall(point)
        return result

    setattr(owner, name, dying)


def _forget(switches: Switches, promise: str, owner: Any, name: str, instead: Callable[..., Any]) -> None:
    real = getattr(owner, name)

    @wraps(real)
    def either(*args: Any, **kwargs: Any) -> Any:
        return instead(real, *args, **kwargs) if switches.forgets(promise) else real(*args, **kwargs)

    setattr(owner, name, either)
