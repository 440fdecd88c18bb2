"""The outbox worker: every message leaves once, in order per conversation."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from bot.delivery import claims, dead, outbox, traces
from bot.delivery.breaker import Breaker
from bot.delivery.outbox import Receipt, Transport
from bot.delivery.worker import Worker
from bot.errors import DeliveryError, LeaseLost, TryLater
from storage.db import Database
from storage.models import Delivery, OutboxRow

log = logging.getLogger(__name__)

# LINE knows a retry key for 24 h; after that the same call would be a second message.
REPEATABLE = timedelta(hours=23)
SETTLE_TRIES = 3  # tries to write down a delivery: one that is forgotten is sent again


class TooLate(DeliveryError):
    """The message may have arrived long ago, and the platform would not recognise it as the same any more."""


class Postman(Worker[OutboxRow]):
    """Takes messages to the transport of their destination and writes down what became of them."""

    box = OutboxRow

    def __init__(
        self,
        db: Database,
        transports: Mapping[str, Transport],
        clock: Callable[[], datetime],
        *,
        parallel: int = 16,
        poll: float = 0.5,
    ) -> None:
        super().__init__(db, clock, parallel=parallel, poll=poll)
        self._transports = transports
        self._breakers = {dest: Breaker() for dest in transports}
        self._holds: dict[str, datetime] = {}  # conversations and destinations that must wait, as the platform asked
        self._unready: dict[str, Exception] = {}  # rows whose way could not be chosen, by claim and row

    async def claim(self, room: int, now: datetime) -> Sequence[OutboxRow]:
        """Lease up to `room` messages whose destination takes any, and choose the way of the fresh ones."""
        self._holds = {name: until for name, until in self._holds.items() if until > now}
        ways = self._open_ways(room, now)
        rows: list[OutboxRow] = []
        if not ways:
            return rows
        async with self._db.transaction() as session:
            for dests, limit in ways:
                where: list[ColumnElement[bool]] = [
                    col(OutboxRow.dest).in_(dests),
                    col(OutboxRow.conv).not_in(list(self._holds)),
                    *self.not_overdue(now),
                ]
                limit = min(limit, room - len(rows))
                rows += await claims.claim(session, OutboxRow, claims.new_token(), now, limit, *where)
            for row in rows:
                self._begin_row(row, now)
        return rows

    async def work(self, row: OutboxRow) -> None:
        """Send the message and record how it went."""
        try:
            receipt = await self._send(row)
            self._breakers[row.dest].succeeded()
            await self._settle(row, receipt)
        except Exception as error:
            log.warning(
                "message not delivered", extra=traces.told(error, row=row.id, dest=row.dest, attempts=row.attempts)
            )
            await self._fail(row, error)

    def _open_ways(self, room: int, now: datetime) -> list[tuple[list[str], int]]:
        """Return the destinations by claim: those that work share one, one that is tried again has its own."""
        usable = {dest: b for dest, b in self._breakers.items() if dest not in self._holds}
        whole = [dest for dest, breaker in usable.items() if not breaker.is_open]
        ways = [([dest], b.room(now, room)) for dest, b in usable.items() if b.is_open]
        return [way for way in (*ways, (whole, room)) if way[0] and way[1]]

    def _begin_row(self, row: OutboxRow, now: datetime) -> None:
        if row.first_try_at is not None:
            return
        try:
            self._transports[row.dest].choose(row, now)
        except Exception as error:  # one row that can't be prepared must not hold up the others
            self._unready[f"{row.owner}:{row.id}"] = error
        else:
            row.first_try_at = now

    async def _send(self, row: OutboxRow) -> Receipt:
        if (unready := self._unready.pop(f"{row.owner}:{row.id}", None)) is not None:
            raise unready
        if row.dest == "line" and _tried_for(row, self._clock()) > REPEATABLE:
            raise TooLate("no clear answer for 23 hours; a repetition could arrive twice", permanent=True)
        claims.hold_for_a_call(row, self._clock())
        try:
            async with asyncio.timeout(claims.WORK_LIMIT):
                return await self._transports[row.dest].send(row)
        except TimeoutError as error:
            raise DeliveryError("no answer in time") from error

    async def _settle(self, row: OutboxRow, receipt: Receipt) -> None:
        for left in reversed(range(SETTLE_TRIES)):
            try:
                await self._write_sent(row, receipt)
                return
            except LeaseLost:
                log.warning("message taken over by another worker", extra={"row": row.id})
                return
            except OperationalError:
                if not left:
                    raise
                await asyncio.sleep(0.2)

    async def _write_sent(self, row: OutboxRow, receipt: Receipt) -> None:
        now = self._clock()
        async with self._db.transaction() as session:
            # Lock the case before the outbox row, as use cases do. The other order could end in a deadlock.
            await self._transports[row.dest].sent(session, row, receipt, now)
            mine = await claims.held(session, OutboxRow, row.id, row.owner)
            if mine is None:
                raise LeaseLost(f"outbox row {row.id} was taken over; nothing that follows from it is kept")
            claims.let_go(mine)
            mine.ext_id, mine.error_class = receipt.ext_id or mine.ext_id, None
            if mine.status == Delivery.NEW and mine.revision != row.revision:
                mine.attempts, mine.first_try_at, mine.next_at = 0, None, now  # what was sent is no longer the newest
            else:
                mine.done_at = now
                mine.status = Delivery.DONE if mine.status == Delivery.NEW else mine.status
            if mine.status == Delivery.CANCELLED or mine.payload.get(outbox.FORGET):
                await outbox.take_back(session, mine, now)  # its words were taken back while it was on its way

    async def _fail(self, row: OutboxRow, error: Exception) -> None:
        now = self._clock()
        refused = isinstance(error, TryLater) or (isinstance(error, DeliveryError) and error.after is not None)
        down = self._note(row, error, now)
        async with self._db.transaction() as session:
            mine = await claims.held(session, OutboxRow, row.id, row.owner)
            if mine is None:
                return
            claims.let_go(mine)
            mine.error_class = traces.kind(error)
            if mine.status != Delivery.NEW:
                return  # cancelled meanwhile
            mine.next_at = now + _wait(mine, error)
            if _hopeless(mine, error, now, down):
                mine.status = Delivery.DEAD
                failure = error if isinstance(error, DeliveryError) else DeliveryError(traces.kind(error))
                await self._transports[row.dest].failed(session, mine, failure, now)
                if mine.payload.get(outbox.FORGET):
                    await outbox.take_back(session, mine, now)
                if mine.status == Delivery.DEAD:
                    await dead.report(session, mine, now)
            elif refused or down:
                mine.attempts -= 1
                if refused and not claims.tried_before(row):
                    mine.first_try_at = None  # never tried: the way is chosen again

    def _note(self, row: OutboxRow, error: Exception, now: datetime) -> bool:
        """Tell breaker and holds what happened; return whether the destination was known to be down."""
        if not isinstance(error, DeliveryError) or isinstance(error, TooLate):
            return False
        breaker = self._breakers[row.dest]
        if error.hold is not None and error.after is not None:
            self._holds[row.conv if error.hold == row.conv else row.dest] = now + timedelta(seconds=error.after)
        if error.permanent or error.after is not None:
            breaker.succeeded()  # it answered
            return False
        was_open = breaker.is_open
        breaker.failed(now)
        return was_open


def _wait(row: OutboxRow, error: Exception) -> timedelta:
    after = error.after if isinstance(error, TryLater | DeliveryError) else None
    return claims.backoff(row.attempts) if after is None else timedelta(seconds=after)


def _hopeless(row: OutboxRow, error: Exception, now: datetime, down: bool) -> bool:
    """Tell whether a person must look. An outage isn't the fault of the row, but nothing is tried for ever."""
    if isinstance(error, TryLater):
        return False
    if isinstance(error, DeliveryError) and (error.permanent or error.after is not None):
        return error.permanent
    return _tried_for(row, now) > REPEATABLE or (row.attempts >= claims.MOST_ATTEMPTS and not down)


def _tried_for(row: OutboxRow, now: datetime) -> timedelta:
    return now - row.first_try_at if row.first_try_at else timedelta()
