"""The year of a centre, or its beginning, held against what its stories call for."""

from collections import Counter as Counts
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlmodel import select

from storage.db import Database
from storage.models import Delivery, Nudge, OutboxRow
from tests.scenarios.year import BEGIN, DAY, END, World, expected, lives, looked_at

Said = Counts[tuple[str, int, datetime]]


class Year:
    """The year, or its beginning, and whoever ticks through it."""

    def __init__(self, database: Database, count: int, end: datetime = END) -> None:
        self.database, self.now, self.end = database, BEGIN, end
        self.world = World(database, lives(count, within=(end - BEGIN) // DAY))
        self.ticks = 0

    async def passes(self, tick: Callable[[], Awaitable[None]]) -> None:
        await self.world.staffed()
        while self.now < self.end:
            self.now = looked_at(self.now + timedelta(minutes=1))
            await self.world.goes_on(self.now)
            await tick()
            self.ticks += 1

    async def is_due(self) -> bool:
        async with self.database.reading() as session:
            due = select(Nudge.id).where(Nudge.status == Delivery.NEW, Nudge.due_at <= self.now)
            return (await session.exec(due.limit(1))).first() is not None

    async def judged(self, took: float) -> None:
        """Hold what was said against what the stories call for."""
        rows = await self._rows()
        done = [row for row in rows if row.status == Delivery.DONE]
        said: Said = Counts((row.rule, row.case_id or 0, row.due_at) for row in done)
        called = ((rule, life.n, at) for life in self.world.cases for rule, at in expected(life))
        called_for: Said = Counts(one for one in called if looked_at(one[2]) <= self.end)
        print(f"{len(self.world.cases)} cases, {self.ticks} ticks, {said.total()} reminders in {took:.1f} s")
        assert said - called_for == Counts(), "said without a reason"
        assert called_for - said == Counts(), "forgotten"
        assert all(row.done_at == looked_at(row.due_at) for row in done), "late"
        assert max(self._told(await self._messages()).values()) == 1, "told twice"

    def _told(self, messages: list[OutboxRow]) -> Counts[tuple[str, int]]:
        """How often each person was told of each reminder."""
        return Counts((str(m.payload.get("to") or m.conv), n) for m in messages for n in m.payload.get("nudges", []))

    async def _rows(self) -> list[Nudge]:
        async with self.database.reading() as session:
            return list((await session.exec(select(Nudge))).all())

    async def _messages(self) -> list[OutboxRow]:
        async with self.database.reading() as session:
            return list((await session.exec(select(OutboxRow))).all())
