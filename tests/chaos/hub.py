"""One hub process of a world: started, killed, frozen and set right by its number."""

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

from tests.chaos.nursery import Nursery


class Hub:
    """A `tsunagi serve` that comes back; `lives` counts how often it was started."""

    def __init__(self, name: str, nursery: Nursery, folder: Path, faster: float) -> None:
        self.name, self._nursery, self._folder, self._faster = name, nursery, folder, faster
        self.port = _free_port()
        self.at = f"http://127.0.0.1:{self.port}"
        self.lives, self.pid, self.runs, self.frozen = 0, 0, False, False
        self.codes: list[int] = []
        self.is_off = False  # its clock

    def start(self, settings: dict[str, str]) -> None:
        """Start it; when it takes requests is another matter."""
        self.pid = self._nursery.start(self.name, self._folder, settings, self._faster)
        self.lives, self.runs, self.frozen = self.lives + 1, True, False

    def kill(self) -> None:
        """Pull the plug."""
        self._signal(signal.SIGKILL)

    def end(self) -> None:
        """Ask it to end well."""
        self._signal(signal.SIGTERM)

    def freeze(self) -> None:
        """Stop it where it is, as a machine that is suspended."""
        self.frozen = True
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on, not knowing that time has passed."""
        self.frozen = False
        self._signal(signal.SIGCONT)

    def arm(self, point: str) -> None:
        """Let it die at a point of tests/chaos/breakage.py, once."""
        (self._folder / f"crash-{self.name}").write_text(point, "utf-8")

    def stall(self, point: str, seconds: float) -> None:
        """Let it stand still at a point for so long, once."""
        (self._folder / f"stall-{self.name}").write_text(f"{point}|{seconds}", "utf-8")

    def stalled(self) -> bool:
        """Whether it has come to that point."""
        return not (self._folder / f"stall-{self.name}").exists()

    def disarm(self) -> None:
        """Let it live after all."""
        (self._folder / f"crash-{self.name}").unlink(missing_ok=True)

    @property
    def crashed(self) -> bool:
        """Whether it died at the last point it was armed with."""
        return self._crashed.exists()

    def forget_crash(self) -> bool:
        """Tell the same, and make ready for the next."""
        crashed = self.crashed
        self._crashed.unlink(missing_ok=True)
        return crashed

    @property
    def _crashed(self) -> Path:
        return self._folder / f"crashed-{self.name}"

    def set_clock(self, seconds: float) -> None:
        """Let its clock be off by so many seconds."""
        self.is_off = seconds != 0
        (self._folder / f"clock-{self.name}").write_text(str(seconds), "utf-8")

    def notice(self, ended: dict[int, int]) -> None:
        """Take note of its end, if it has ended."""
        if self.runs and self.pid in ended:
            self.runs = False
            self.codes.append(ended[self.pid])

    def _signal(self, number: int) -> None:
        if self.runs:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
