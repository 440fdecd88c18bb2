"""The accept path: an event is on disk before its webhook gets a 200."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import traces
from bot.delivery.unique import insert_new
from bot.errors import Busy
from storage.db import Database
from storage.models import Delivery, InboxRow

PATIENCE = 1.0  # seconds; LINE waits 2
STUCK = 5.0  # seconds until a write that hangs is given up, so that the next ones get their turn
BATCH = 500  # requests that share one commit
LONGEST_NAME = 500  # characters; PostgreSQL can't index a key of more than 2.7 kB

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Arrival:
    """One event as the platform sent it."""

    source: str
    key: str  # the same for every delivery of the same event
    conv: str
    body: bytes
    together: str | None = None  # the same for all events of one action
    quarantined: bool = False  # kept for a person to look at, never worked on


@dataclass(frozen=True)
class _Request:
    arrivals: Sequence[Arrival]
    stored: asyncio.Future[None]


class Acceptor:
    """Stores what webhooks bring: one writer, many requests to a commit."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self._requests: asyncio.Queue[_Request] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to take requests."""
        self._writer = asyncio.create_task(self._write(), name="acceptor")

    async def close(self) -> None:
        """Stop writing; requests that still wait get Busy."""
        if self._writer is not None:
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
        while not self._requests.empty():
            _refuse([self._requests.get_nowait()], "the hub is stopping")

    async def accept(self, arrivals: Sequence[Arrival]) -> None:
        """Return once the commit that holds all of them is on disk; known keys change nothing.

        Raises Busy when the database fails or takes longer than a second. The rows may be stored a moment
        later all the same; the platform sends them again and the key makes that harmless.
        """
        request = _Request(arrivals, asyncio.get_running_loop().create_future())
        self._requests.put_nowait(request)
        try:
            async with asyncio.timeout(PATIENCE):
                await request.stored
        except TimeoutError:
            raise Busy("the database took longer than a second") from None

    async def _write(self) -> None:
        while True:
            batch = [await self._requests.get()]
            while len(batch) < BATCH and not self._requests.empty():
                batch.append(self._requests.get_nowait())
            await self._commit([request for request in batch if not request.stored.done()])

    async def _commit(self, batch: list[_Request]) -> None:
        try:
            async with asyncio.timeout(STUCK):
                await self._store([arrival for request in batch for arrival in request.arrivals])
        except asyncio.CancelledError:
            _refuse(batch, "the hub is stopping")
            raise
        except Exception as error:  # whatever went wrong, the next batch must find a writer
            log.error("events not stored", extra=traces.told(error, requests=len(batch)))
            _refuse(batch, "the database failed")
        else:
            for request in batch:
                if not request.stored.done():
                    request.stored.set_result(None)

    async def _store(self, arrivals: list[Arrival]) -> None:
        now = self._clock()
        rows = [_row(arrival, now) for arrival in arrivals]
        async with self._db.transaction(accept=True) as session:
            if not self._db.is_sqlite:
                await _take_turns(session, {row["conv"] for row in rows})
            await insert_new(session, InboxRow, rows)


async def _take_turns(session: AsyncSession, convs: set[str]) -> None:
    """Make ids follow the order of commits in each conversation, although other replicas accept, too.

    A row gets its number after the lock, and others see it before the lock is freed. Sorted, so that two
    batches can't wait for each other.
    """
    locks = sorted(
        int.from_bytes(hashlib.blake2b(conv.encode(), digest_size=8).digest(), signed=True) for conv in convs
    )
    await session.exec(
        text("SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:locks AS bigint[])) AS k"),  # type: ignore[call-overload]
        params={"locks": locks},
    )


def _row(arrival: Arrival, now: datetime) -> dict[str, Any]:
    key, conv, quarantined = arrival.key, arrival.conv, arrival.quarantined
    if not (_fits(key) and _fits(conv)):
        key, conv, quarantined = f"raw:{hashlib.sha256(arrival.body).hexdigest()}", "-", True
    return {
        "source": arrival.source,
        "key": key,
        "conv": conv,
        "together": arrival.together,
        "body": arrival.body,
        "received_at": now,
        "status": Delivery.QUARANTINE if quarantined else Delivery.NEW,
        "attempts": 0,
        "next_at": now,
    }


def _fits(name: str) -> bool:
    """Tell whether both databases can keep it: one bad name must not spoil the whole batch."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in name and len(name) <= LONGEST_NAME


def _refuse(batch: Sequence[_Request], reason: str) -> None:
    for request in batch:
        if not request.stored.done():
            request.stored.set_exception(Busy(reason))
