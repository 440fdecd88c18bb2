"""A hub with citizens on LINE and news for them, and none of Rasa: what bench_delivery measures."""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
from bench_desk import Office
from sqlalchemy.exc import OperationalError
from sqlmodel import col, func, select
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

from bot.delivery import outbox
from bot.desk.record.telling import Phrase
from storage.db import Database
from storage.models import Citizen, Delivery, InboxRow, OutboxRow
from tests.e2e.town import ROOT, Town

CITIZENS = 3_000
PATIENCE = 120.0  # seconds until what isn't delivered is given up
BARE = Path(__file__).with_name("bare_server.py")


class Centre(Office):
    """An office with so many citizens on LINE."""

    def start(self) -> None:
        """Start the platforms, then the hub."""
        people = self.folder / "people.json"
        people.write_text(json.dumps({"citizens": [{"id": of(n), "name": f"市民{n}"} for n in range(CITIZENS)]}))
        self.simulated = ("--people", str(people), "--line-quota", "1000000")
        super().start()

    def memory(self) -> float:
        """The hub's resident memory in MB."""
        return float(psutil.Process(self._running[1].pid).memory_info().rss / 1e6)


class Boxes:
    """The hub's database, seen from outside."""

    def __init__(self, url: str) -> None:
        self.db = Database(url)

    async def fill(self) -> None:
        """Make the citizens and put one piece of news for each into the outbox."""
        now = datetime.now(UTC)
        async with self.db.transaction() as session:
            session.add_all(Citizen(id=n + 1, line_user_id=of(n), created_at=now) for n in range(CITIZENS))
        for first in range(0, CITIZENS, 500):
            await self.tell(range(first, min(first + 500, CITIZENS)), "waiting")

    async def tell(self, citizens: Iterable[int], why: str) -> None:
        """Queue the news of a step for each of them; SQLite may let a second process wait in vain for a while."""
        now, people = datetime.now(UTC), list(citizens)
        async for attempt in AsyncRetrying(retry=retry_if_exception_type(OperationalError), stop=stop_after_attempt(9)):
            with attempt:
                async with self.db.transaction() as session:
                    for n in people:
                        key = f"bench:{why}:{n}"
                        await outbox.tell_citizen(session, n + 1, Phrase.CLAIMED, key, now, number="2026-0001")

    async def delivered(self) -> int:
        """How many messages have reached LINE."""
        async with self.db.reading() as session:
            done = select(func.count()).where(OutboxRow.dest == "line", OutboxRow.status == Delivery.DONE)
            return (await session.exec(done)).one()

    async def waiting(self) -> int:
        """How many accepted events nobody has worked on yet."""
        async with self.db.reading() as session:
            return (await session.exec(select(func.count()).where(col(InboxRow.status) == Delivery.NEW))).one()

    async def drained(self) -> tuple[int, float]:
        """Return how many of the waiting news arrived, and how many a second from the first look to the last."""
        first, began = await self.delivered(), time.perf_counter()
        last, end = first, began + PATIENCE
        while last < CITIZENS and time.perf_counter() < end:
            await asyncio.sleep(0.1)
            last = await self.delivered()
        return last, (last - first) / (time.perf_counter() - began)


@contextmanager
def bare_server(folder: Path) -> Iterator[str]:
    """The same server, signature check and answer, and nothing kept."""
    town = Town(folder, "")
    town._run("bare", str(BARE), str(town.port), cwd=ROOT)
    try:
        town.wait_for(f"{town.hub}/healthz", 30)
        yield town.hub
    finally:
        town.stop()


def of(n: int) -> str:
    """A citizen's LINE id."""
    return "U" + f"{n:08x}" * 4
