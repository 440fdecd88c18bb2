"""A year of a busy centre: every reminder comes when the story calls for it, and none besides.

The whole year of 500 cases is `pytest -m slow tests/scenarios`; some months of it are told every time.
"""

import asyncio
import random
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from bot.nudges.tick import Ticker
from storage.db import Database, migrating
from storage.schema import upgrade
from tests import pace
from tests.scenarios.whole_year import Year
from tests.scenarios.year import BEGIN, DAY, SWEEP, TABLE

HUBS = 3


@pytest.mark.timeout(pace.within(900))
@pytest.mark.parametrize(("count", "days"), [(60, 120), pytest.param(500, 365, marks=pytest.mark.slow)])
async def test_a_year_on_sqlite(sqlite: Database, count: int, days: int) -> None:
    year = Year(sqlite, count, BEGIN + days * DAY)
    ticker = Ticker(sqlite, lambda: year.now, lambda: None, rules=TABLE, sweep=SWEEP)
    began = time.perf_counter()
    await year.passes(ticker.tick)

    await year.judged(time.perf_counter() - began)


class Hubs:
    """Processes that tick side by side; now and then one is killed in the middle of it, and starts again."""

    def __init__(self, url: str, year: Year, kills: int, seed: int = 7) -> None:
        self._url, self._year = url, year
        self._chance = random.Random(seed)  # noqa: S311
        steps = int((year.end - BEGIN) / DAY) * 2
        self._when = set(self._chance.sample(range(steps), kills))
        self._step, self.killed = 0, 0
        self._all: list[Process] = []
        self._spare: Process  # already started: what a restart takes is not what is measured here

    async def begin(self) -> None:
        *self._all, self._spare = [await self._hub() for _ in range(HUBS + 1)]
        for hub in self._all:
            await self._answer(hub)

    async def end(self) -> None:
        for hub in (*self._all, self._spare):
            hub.kill()
            await hub.wait()

    async def tick(self) -> None:
        """All at once; a killed one's rows are free when the server has noticed, which the next tick finds."""
        await self._tick(kill=self._step in self._when)
        self._step += 1
        async with asyncio.timeout(pace.within(60)):
            while await self._year.is_due():
                await self._tick()

    async def _tick(self, *, kill: bool = False) -> None:
        line = f"{self._year.now.isoformat()}\n".encode()
        for hub in self._all:
            assert hub.stdin is not None
            hub.stdin.write(line)
        if kill:
            await asyncio.sleep(self._chance.random() * 0.05)
            await self._kill(self._chance.randrange(HUBS))
        for hub in self._all:
            await self._answer(hub)

    async def _kill(self, n: int) -> None:
        self._all[n].kill()
        await self._all[n].wait()
        self.killed += 1
        await self._answer(self._spare)
        self._all[n], self._spare = self._spare, await self._hub()
        stdin = self._all[n].stdin
        assert stdin is not None
        stdin.write(f"{self._year.now.isoformat()}\n".encode())

    async def _hub(self) -> Process:
        file = str(Path(__file__).with_name("ticking.py"))
        return await asyncio.create_subprocess_exec(sys.executable, file, self._url, stdin=PIPE, stdout=PIPE)

    async def _answer(self, hub: Process) -> None:
        assert hub.stdout is not None
        assert await hub.stdout.readline(), "a hub died by itself"


@pytest.mark.timeout(pace.within(1800))
@pytest.mark.parametrize(("count", "days", "kills"), [(12, 30, 3), pytest.param(500, 365, 6, marks=pytest.mark.slow)])
async def test_three_hubs_on_postgresql_of_which_one_is_killed(
    postgres_url: str, count: int, days: int, kills: int
) -> None:
    with migrating(postgres_url) as connection:
        upgrade(connection)
    database = Database(postgres_url)
    year = Year(database, count, BEGIN + days * DAY)
    hubs = Hubs(postgres_url, year, kills)
    began = time.perf_counter()
    try:
        await hubs.begin()
        await year.passes(hubs.tick)
        await year.judged(time.perf_counter() - began)
    finally:
        await hubs.end()
        await database.close()
    assert hubs.killed == kills
