"""The loop both workers share: claim what is free, work on it side by side, sleep until woken."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic

from sqlalchemy import ColumnElement
from sqlmodel import col

from bot.delivery import traces
from bot.delivery.claims import Row, held, let_go
from storage.db import Database
from storage.models import InboxRow, OutboxRow

log = logging.getLogger(__name__)

BREATH = 1.0  # seconds before a database that failed is asked again


class Worker(Generic[Row]):
    """Works on the rows of one box, at most `parallel` at a time and one per conversation."""

    box: type[Row]

    def __init__(self, db: Database, clock: Callable[[], datetime], *, parallel: int, poll: float) -> None:
        self._db = db
        self._clock = clock
        self._parallel = parallel
        self._poll = poll
        self._woken = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._stopping = False
        self._grace = 10.0
        self._working: dict[asyncio.Task[None], Row] = {}

    def wake(self) -> None:
        """Look for work now instead of at the next poll; cheap, call it after every commit that made some."""
        self._woken.set()

    async def run(self) -> None:
        """Work until stopped or cancelled. What a cancelled run cuts off is taken up when its lease ends."""
        self._ended.clear()
        try:
            while not self._stopping:
                await self._round()
            if self._working:
                await asyncio.wait(self._working, timeout=self._grace)
        finally:
            # A call that was cut off may still arrive. Its lease stays, so that nobody looks for it too early.
            for task in [*self._working]:
                task.cancel()
            await asyncio.gather(*self._working, return_exceptions=True)
            self._ended.set()

    async def stop(self, grace: float = 10.0) -> None:
        """Claim nothing more, let what is in flight finish within `grace` seconds, and return."""
        self._stopping, self._grace = True, grace
        self.wake()
        await self._ended.wait()

    async def claim(self, room: int, now: datetime) -> Sequence[Row]:
        """Lease up to `room` rows."""
        raise NotImplementedError

    async def work(self, row: Row) -> None:
        """Do what the row asks for, and record how it went; raises nothing of its own."""
        raise NotImplementedError

    def not_overdue(self, now: datetime) -> list[ColumnElement[bool]]:
        """Leave rows alone that this process works on although their lease has ended, as after the clock was set.

        To claim them again would do them twice at once. Mostly there are none, and no query is made.
        """
        at_it = self._working.values()
        late = [row.id for row in at_it if row.lease_until is not None and row.lease_until <= now]
        return [col(self.box.id).not_in(late)] if late else []

    async def _round(self) -> None:
        self._woken.clear()
        try:
            await self._begin(self._parallel - len(self._working))
        except Exception as error:  # mostly the database doesn't answer: nothing is lost, it is asked again
            log.error("no rows claimed", extra=traces.told(error, box=self._name))
            await asyncio.sleep(BREATH)
        else:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._poll)

    async def _begin(self, room: int) -> None:
        if room <= 0:
            return
        rows = await self.claim(room, self._clock())
        if self._stopping:
            await self._give_back(rows)
            return
        for row in rows:
            task = asyncio.create_task(self._guarded(row), name=f"{self._name} {row.id}")
            self._working[task] = row
            task.add_done_callback(self._done)

    async def _guarded(self, row: Row) -> None:
        try:
            await self.work(row)
        except Exception as error:  # mostly the database again: the lease ends and the row is tried again
            log.error("row left to its lease", extra=traces.told(error, box=self._name, row=row.id))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._working.pop(task, None)
        if self._parallel - len(self._working) >= self._parallel // 2:
            self.wake()  # a query for one row costs as much as one for many; new rows wake it at once

    async def _give_back(self, rows: Sequence[Row]) -> None:
        """Undo a claim nothing was done with."""
        async with self._db.transaction() as session:
            for row in rows:
                mine: InboxRow | OutboxRow | None = await held(session, self.box, row.id, row.owner)
                if mine is not None:
                    mine.attempts -= 1
                    let_go(mine)

    @property
    def _name(self) -> str:
        return str(self.box.__tablename__)
