"""The hub's clock: hubs that share a database agree on the time. The clock of a demo may run ahead of the real time."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from storage.db import Database

log = logging.getLogger(__name__)
ASK = 30.0  # seconds between two looks at the time of the database server
# This counter runs on while the machine sleeps, and nobody can set it. macOS doesn't have it and takes the usual one.
STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def wall() -> datetime:
    """Return what this machine believes the time to be."""
    return datetime.now(UTC)


class Clock:
    """Now, in UTC: the time that was told last, and what has passed since. A demo's clock is never set back."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._epoch = wall() - _running()

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self._epoch + _running() + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far it runs ahead of the real time."""
        return self._ahead

    def set_ahead(self, seconds: float) -> None:
        """Run so many seconds ahead of the real time."""
        self._ahead = max(self._ahead, timedelta(seconds=seconds))

    async def ask(self, db: Database) -> None:
        """Take over the database server's time: a lease is to mean the same to every hub, whatever its machine says.

        On SQLite, which has only one hub, the machine's own time is taken.
        """
        before = _running()
        if (told := await db.now()) is None:
            self._epoch = wall() - _running()
        else:
            self._epoch = told - (before + _running()) / 2

    async def follow(self, db: Database) -> None:
        """Ask again and again. While the database doesn't answer, the clock counts on by itself."""
        while True:
            await asyncio.sleep(ASK)
            try:
                await self.ask(db)
            except SQLAlchemyError as error:
                log.warning("the database could not be asked for the time", extra={"error": type(error).__name__})


def _running() -> timedelta:
    return timedelta(seconds=time.clock_gettime(STEADY))
