"""The inbox worker: every accepted event is worked on once, in order per conversation."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import claims, dead, traces
from bot.delivery.worker import Worker
from bot.errors import LeaseLost, TryLater
from storage.db import Database
from storage.models import Delivery, InboxRow

ONE_ACTION = timedelta(days=1)  # what comes later under the same name is another action: a phone gives these names
IN_A_FLOOD = 2  # events begun at a time while webhooks keep coming: each delays their answers by some 10 ms

log = logging.getLogger(__name__)


@dataclass
class ClaimedEvent:
    """An event this worker holds the lease of."""

    id: int
    source: str
    key: str
    conv: str
    body: bytes
    attempts: int  # 1: the first attempt; more: an earlier one may have stopped at any point
    received_at: datetime
    together: str | None
    token: str = field(repr=False)
    finished: bool = field(default=False, repr=False)

    async def beside(self, session: AsyncSession) -> list[InboxRow]:
        """Return the other events of the same action that have come, whatever became of them, oldest first."""
        if self.together is None:
            return []
        same = (InboxRow.conv == self.conv, InboxRow.together == self.together, InboxRow.id != self.id)
        recent = col(InboxRow.received_at) > self.received_at - ONE_ACTION
        return list((await session.exec(select(InboxRow).where(*same, recent).order_by(col(InboxRow.id)))).all())

    async def finish(self, session: AsyncSession, now: datetime, *also: InboxRow) -> None:
        """Mark the event done, in the transaction of everything that follows from it, and drop its words.

        `also` are events beside it that were dealt with, too. Nobody else can have begun with them, since they wait
        behind this one.

        Raises LeaseLost when another worker took the event over. Don't catch it, so that everything is rolled back.
        """
        row = await claims.held(session, InboxRow, self.id, self.token)
        if row is None or row.status != Delivery.NEW:
            raise LeaseLost(f"inbox row {self.id} was taken over; nothing of this attempt is kept")
        for one in (row, *also):
            one.status, one.done_at, one.body, one.error_class = Delivery.DONE, now, b"", None
            claims.let_go(one)
        self.finished = True


Handler = Callable[[ClaimedEvent], Awaitable[None]]


class NotFinished(Exception):
    """A handler returned without finishing its event."""


class InboxWorker(Worker[InboxRow]):
    """Hands each event to the handler of its source. A handler must call `finish` before it returns."""

    box = InboxRow

    def __init__(
        self,
        db: Database,
        handlers: Mapping[str, Handler],
        clock: Callable[[], datetime],
        *,
        parallel: int = 8,
        poll: float = 0.5,
        after_each: Callable[[], None] = lambda: None,
    ) -> None:
        """`after_each` is called when an event was finished; it wakes the postman."""
        super().__init__(db, clock, parallel=parallel, poll=poll)
        self._handlers = handlers
        self._after_each = after_each

    async def claim(self, room: int, now: datetime) -> Sequence[InboxRow]:
        """Lease up to `room` events that somebody handles."""
        if not await self._db.calm():  # webhooks go first: LINE gives up after 2 s
            room = min(room, IN_A_FLOOD)
        ours = col(InboxRow.source).in_(list(self._handlers))
        async with self._db.transaction() as session:
            return await claims.claim(session, InboxRow, claims.new_token(), now, room, ours, *self.not_overdue(now))

    async def work(self, row: InboxRow) -> None:
        """Run the handler; what it raises decides whether the event waits, is tried again or given up."""
        event = _event(row)
        try:
            async with asyncio.timeout(claims.WORK_LIMIT):
                await self._handlers[row.source](event)
            if not event.finished:
                raise NotFinished(f"the handler of {row.source} left row {row.id} unfinished")
        except LeaseLost:
            log.warning("event taken over by another worker", extra={"row": row.id})
        except TryLater as error:
            await self._wait(event, error)
        except Exception as error:
            log.warning("event failed", extra=traces.told(error, row=row.id, attempts=row.attempts))
            await self._fail(event, error)
        self._after_each()

    async def _wait(self, event: ClaimedEvent, error: TryLater) -> None:
        now = self._clock()
        async with self._db.transaction() as session:
            row = await claims.held(session, InboxRow, event.id, event.token)
            if row is not None:
                row.attempts -= 1
                row.next_at, row.error_class = now + timedelta(seconds=error.after), traces.kind(error)
                claims.let_go(row)

    async def _fail(self, event: ClaimedEvent, error: Exception) -> None:
        now = self._clock()
        async with self._db.transaction() as session:
            row = await claims.held(session, InboxRow, event.id, event.token)
            if row is None:
                return  # finished before it failed, or taken over
            claims.let_go(row)
            row.next_at, row.error_class = now + claims.backoff(row.attempts), traces.kind(error)
            if row.attempts >= claims.MOST_ATTEMPTS:
                row.status = Delivery.DEAD
                await dead.report(session, row, now)


def _event(row: InboxRow) -> ClaimedEvent:
    if row.id is None or row.owner is None:
        raise LeaseLost("a row that was never claimed can't be worked on")
    return ClaimedEvent(
        id=row.id,
        source=row.source,
        key=row.key,
        conv=row.conv,
        body=row.body,
        attempts=row.attempts,
        received_at=row.received_at,
        together=row.together,
        token=row.owner,
    )
