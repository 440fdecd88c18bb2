"""A year of a busy centre: every reminder comes when the story calls for it, and none besides."""

import time
from collections import Counter as Counts
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.nudges.tick import Ticker
from bot.rulebook import rules
from storage.db import Database
from storage.models import Delivery, Nudge, OutboxRow
from tests.scenarios.year import BEGIN, END, World, expected, lives, looked_at

# The morning's round is a day's and no case's; tests/nudges/test_rules.py tells of it.
TABLE = {name: rule for name, rule in rules().items() if name != "digest"}


class Year:
    """The year, and the hub that ticks through it."""

    def __init__(self, database: Database, count: int) -> None:
        self.database, self.now = database, BEGIN
        self.world = World(database, lives(count))
        self.ticks = 0

    async def passes(self, ticker: Ticker) -> None:
        await self.world.staffed()
        while self.now < END:
            self.now = looked_at(self.now + timedelta(minutes=1))
            await self.world.goes_on(self.now)
            await ticker.tick()
            self.ticks += 1

    async def said(self) -> Counts[tuple[str, int, datetime]]:
        async with self.database.reading() as session:
            done = select(Nudge).where(Nudge.status == Delivery.DONE)
            return Counts((row.rule, row.case_id or 0, row.due_at) for row in (await session.exec(done)).all())

    def called_for(self) -> Counts[tuple[str, int, datetime]]:
        return Counts(
            (rule, life.n, at) for life in self.world.cases for rule, at in expected(life) if looked_at(at) <= END
        )


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
async def test_a_year_on_sqlite(sqlite: Database, count: int) -> None:
    year = Year(sqlite, count)
    began = time.perf_counter()
    await year.passes(Ticker(sqlite, lambda: year.now, lambda: None, rules=TABLE, sweep=timedelta(days=7)))
    took = time.perf_counter() - began

    said, called_for = await year.said(), year.called_for()
    print(f"{count} cases, {year.ticks} ticks, {said.total()} reminders in {took:.1f} s")
    assert said - called_for == Counts(), "said without a reason"
    assert called_for - said == Counts(), "forgotten"
    assert all(row.done_at == looked_at(row.due_at) for row in await _done(sqlite)), "late"
    assert await _messages_are_unique(sqlite)


async def _done(database: Database) -> list[Nudge]:
    async with database.reading() as session:
        return list((await session.exec(select(Nudge).where(Nudge.status == Delivery.DONE))).all())


async def _messages_are_unique(database: Database) -> bool:
    """No reminder is in two messages to the same person."""
    async with database.reading() as session:
        rows = (await session.exec(select(OutboxRow))).all()
    told = Counts((str(row.payload.get("to") or row.conv), n) for row in rows for n in row.payload.get("nudges", []))
    return all(count == 1 for count in told.values())
