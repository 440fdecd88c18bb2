"""The hub's clock: hubs that share a database agree on the time; a demo's may run ahead of the world's."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from storage.db import Database

log = logging.getLogger(__name__)
ASK = 30.0  # seconds between two looks at the time of those who share the database
# Goes on while the machine sleeps, and nobody can set it; where there is none (macOS), the usual one must do.
STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def wall() -> datetime:
    """Return what this machine believes the time to be."""
    return datetime.now(UTC)


class Clock:
    """Now, in UTC: the time that was told last, and what has passed since. A demo's lead never shrinks."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._epoch = wall() - _running()

    def __call__(self) -> datetime:
        """Return the moment that it is here."""
        return self._epoch + _running() + self._ahead

    def set_ahead(self, seconds: float) -> None:
        """Run so many seconds ahead of the world."""
        self._ahead = max(self._ahead, timedelta(seconds=seconds))

    async def ask(self, db: Database) -> None:
        """Take over the database server's time: a lease is to mean the same to every hub, whatever its machine says.

        On SQLite, whose only hub it is, the machine's own time is taken.
        """
        before = _running()
        if (told := await db.now()) is None:
            self._epoch = wall() - _running()
        else:
            self._epoch = told - (before + _running()) / 2

    async def follow(self, db: Database) -> None:
        """Ask again and again; while the database is away the time just goes on."""
        while True:
            await asyncio.sleep(ASK)
            try:
                await self.ask(db)
            except SQLAlchemyError as error:
                log.warning("the database could not be asked for the time", extra={"error": type(error).__name__})


def _running() -> timedelta:
    return timedelta(seconds=time.clock_gettime(STEADY))
