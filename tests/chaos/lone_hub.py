"""A hub with nobody around it but people who write, and what they know: which of their messages got a 200."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psutil

from storage.db import migrating
from storage.schema import upgrade
from tests.chaos.signed import LINE_SECRET, send
from tests.e2e.town import Town

WRITERS = 6


class LoneHub(Town):
    """One hub on SQLite; LINE, Slack and Rasa are away."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "hub.db"
        super().__init__(folder, f"sqlite:///{self.file}")
        self.env["LINE_CHANNEL_SECRET"] = LINE_SECRET

    def start(self) -> None:
        """Bring the schema up and wait until the hub answers."""
        with migrating(self.env["DATABASE_URL"]) as connection:
            upgrade(connection)
        self.begin()

    def begin(self) -> None:
        """Start the hub on the schema that is there."""
        self._run("tsunagi", "-m", "bot", "serve", cwd=self.folder)
        self.wait_for(f"{self.hub}/healthz", 120)

    def stop(self) -> None:
        """End it; it can be begun again."""
        super().stop()
        self._running.clear()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Nothing of the hub moves meanwhile."""
        process = psutil.Process(self._running[-1].pid)
        process.suspend()
        try:
            yield
        finally:
            process.resume()


class Writers:
    """People who write one message after the other, each until it got its 200, as LINE does."""

    def __init__(self, hub: str) -> None:
        self._at, self._stopping = hub, threading.Event()
        self.kept: list[str] = []  # keys of what got a 200, in that order
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def send(self, key: str) -> int:
        """Send the message of a key once; 0 when nobody answered."""
        return send(self._at, key)

    def _write(self) -> None:
        while not self._stopping.is_set():
            key = uuid4().hex.upper()[:26]
            while (code := self.send(key)) != 200 and not self._stopping.is_set():
                time.sleep(0.05)
            if code == 200:
                self.kept.append(key)
