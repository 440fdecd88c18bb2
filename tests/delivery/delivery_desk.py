"""A clock one can turn, a colleague's database, and a destination that does as it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.accept import Acceptor, Arrival
from bot.delivery.outbox import Receipt, put
from bot.delivery.worker import Worker
from bot.errors import DeliveryError
from storage.db import Database
from storage.models import Delivery, InboxRow, OutboxRow
from tests import pace


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


class Desk:
    """Short words for what the stories do with the boxes."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db = db
        self.clock = clock

    async def received(self, *keys: str, conv: str = "U1", source: str = "line") -> None:
        acceptor = Acceptor(self.db, self.clock)
        await acceptor.start()
        await acceptor.accept([Arrival(source, key, conv, f"body of {key}".encode()) for key in keys])
        await acceptor.close()

    async def queued(self, key: str, *, dest: str = "line", conv: str = "line:1", kind: str = "reply") -> None:
        async with self.db.transaction() as session:
            await put(session, dest=dest, conv=conv, kind=kind, key=key, payload={"to": key}, now=self.clock())

    async def inbox(self, key: str) -> InboxRow:
        async with self.db.reading() as session:
            return (await session.exec(select(InboxRow).where(InboxRow.key == key))).one()

    async def outbox(self, key: str) -> OutboxRow:
        async with self.db.reading() as session:
            return (await session.exec(select(OutboxRow).where(OutboxRow.key == key))).one()

    async def keys(self, box: type[InboxRow] | type[OutboxRow], status: str | None = None) -> list[str]:
        async with self.db.reading() as session:
            rows = (await session.exec(select(box).order_by(box.id))).all()  # type: ignore[arg-type]
        return [row.key for row in rows if status is None or row.status == status]


class Door:
    """A transport that keeps what passes; `replies` are raised or, when None, mean success."""

    def __init__(self) -> None:
        self.sent_keys: list[str] = []
        self.replies: list[Exception | None] = []
        self.failures: list[str] = []
        self.revisions: list[int] = []
        self.during: Callable[[OutboxRow], Awaitable[None]] | None = None
        self.way = "reply"

    def choose(self, row: OutboxRow, now: datetime) -> None:
        row.sent_as = self.way

    async def send(self, row: OutboxRow) -> Receipt:
        self.sent_keys.append(row.key)
        self.revisions.append(row.revision)
        if self.during is not None:
            await self.during(row)
        if self.replies and (problem := self.replies.pop(0)) is not None:
            raise problem
        return Receipt(started_at=row.next_at, ext_id=f"ts-{row.key}")

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        pass

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        self.failures.append(row.key)


@asynccontextmanager
async def at_work(*workers: Worker[Any]) -> AsyncIterator[None]:
    """Let the workers run for the length of the block."""
    runs = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for worker in workers:
            await worker.stop(grace=pace.within(2))
        await asyncio.gather(*runs)


async def until(true: Callable[[], Any], seconds: float = 15) -> None:
    """Wait for something to become true; it may be a coroutine function."""
    async with asyncio.timeout(pace.within(seconds)):
        while True:
            answer = true()
            if await answer if asyncio.iscoroutine(answer) else answer:
                return
            await asyncio.sleep(0.005)


def new(row: InboxRow | OutboxRow) -> bool:
    return row.status == Delivery.NEW and row.owner is None
