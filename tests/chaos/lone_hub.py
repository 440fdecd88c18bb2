"""A hub with nobody around it but people who write, and what they know: which of their messages got a 200."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import psutil

from storage.db import migrating
from storage.schema import upgrade
from tests.chaos.signed import LINE_SECRET, webhook
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
        self._at, self._stopping = f"{hub}/line/webhook", threading.Event()
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
        body, headers = webhook([taken_back(key)])
        try:
            with urlopen(Request(self._at, body, headers), timeout=10) as answer:  # noqa: S310  our own hub
                return int(answer.status)
        except HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def _write(self) -> None:
        while not self._stopping.is_set():
            key = uuid4().hex.upper()[:26]
            while (code := self.send(key)) != 200 and not self._stopping.is_set():
                time.sleep(0.05)
            if code == 200:
                self.kept.append(key)


def taken_back(key: str) -> dict[str, object]:
    """An event that needs no answer: a message taken back."""
    return {
        "type": "unsend", "mode": "active", "timestamp": int(time.time() * 1000), "webhookEventId": key,
        "deliveryContext": {"isRedelivery": False}, "source": {"type": "user", "userId": "U" + uuid4().hex},
        "unsend": {"messageId": str(uuid4().int)[:18]},
    }  # fmt: skip
