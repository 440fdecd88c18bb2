"""A storm over a world: every kind of trouble in an order of chance, while people write on."""

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from storage.db import driver_url
from tests.chaos.breakage import POINTS
from tests.chaos.hub import Hub
from tests.chaos.people import Citizen
from tests.chaos.postgres import Server
from tests.chaos.storage_troubles import full_disk, lock_file
from tests.chaos.tempo import FASTER, SOON
from tests.chaos.waits import until
from tests.chaos.world import World

LEASE = 60.0 / FASTER  # seconds, as the hubs of a world have it
CHANCE = 0.03  # of each failure of LINE, Slack and Rasa, for each call
BRIEF = ("kill -9", "Rasa is down", "Slack is down", "database locked")
Trouble = Callable[[], Awaitable[None]]


class Storm:
    """Deals a deck of troubles; the seed decides their order and place."""

    def __init__(
        self, world: World, *, server: Server | None = None, rounds: int = 1, only: tuple[str, ...] = ()
    ) -> None:
        self._world, self._server = world, server
        self._random = random.Random(f"storm {world.seed}")  # noqa: S311  trouble is no secret
        self._points = self._random.sample(sorted(POINTS), len(POINTS))
        self.all_told = asyncio.Event()
        cards = [card for card in self._cards() if not only or card[0] in only]
        self._deck = [card for _ in range(rounds) for card in self._random.sample(cards, len(cards))]

    async def rages(self, pause: tuple[float, float] = (0.3, 1.5)) -> None:
        """Deal every card, one after the other."""
        self._world.weather.chance = CHANCE
        for name, trouble in self._deck:
            await asyncio.sleep(self._random.uniform(*pause))
            self._world.broke(name)
            await trouble()
        self._world.weather.chance = 0.0

    def _cards(self) -> list[tuple[str, Trouble]]:
        deck: list[tuple[str, Trouble]] = [
            *[("kill -9", self._kill)] * 3,
            *[("dies at a point", self._dies)] * 4,
            ("ended with SIGTERM", self._end),
            ("Rasa is down", lambda: self._down("rasa")),
            ("LINE is down", lambda: self._down("line")),
            ("Slack is down", lambda: self._down("slack")),
            ("database locked", self._lock),
            ("clock jumps", self._jump),
            ("frozen beyond its lease", self._freeze),
        ]
        if self._server is None:
            return [*deck, *([("disk full", self._fill)] if sys.platform.startswith("linux") else [])]
        return [*deck, *[("PostgreSQL restarts", self._restart)] * 3]

    def _one(self) -> Hub:
        return self._random.choice(self._world.hubs)

    async def _kill(self) -> None:
        self._one().kill()

    async def _dies(self) -> None:
        """Die at the next of the points; when nobody comes past it in time, another trouble is next."""
        if not self._points:
            self._points = self._random.sample(sorted(POINTS), len(POINTS))
        hub, point = self._one(), self._points.pop()
        hub.arm(point)
        with suppress(AssertionError):
            await until(lambda: hub.crashed, "the crash", 4)
        hub.disarm()
        self._world.broke(f"died: {point}" if hub.forget_crash() else "passed by a point")

    async def _end(self) -> None:
        self._one().end()

    async def _down(self, platform: str) -> None:
        self._world.weather.down.add(platform)
        await asyncio.sleep(self._random.uniform(1, 4))
        self._world.weather.down.discard(platform)

    async def _freeze(self) -> None:
        hub = self._one()
        hub.freeze()
        await asyncio.sleep(LEASE * self._random.uniform(0.2, 1.3))
        hub.thaw()

    async def _jump(self) -> None:
        """Forward beyond every lease, then back; not while answers are sorted by when they were written.

        On PostgreSQL no hub may mind: the machine's clock isn't the one it goes by.
        """
        await self.all_told.wait()
        hub = self._one()
        for seconds in (LEASE * 1.5, -5.0, 0.0):
            hub.set_clock(seconds)
            if self._server is None:
                self._world.history.jumps += [(hub.name, time.monotonic() + later) for later in (0, SOON)]
            await asyncio.sleep(self._random.uniform(0.5, 1.5))

    async def _lock(self) -> None:
        if self._server is not None:
            await asyncio.to_thread(self._server.lock, self._world.url, 3.0)
        else:
            await asyncio.to_thread(lock_file, str(driver_url(self._world.url).database), 1.5)

    async def _fill(self) -> None:
        await full_disk(self._one(), 1.5)

    async def _restart(self) -> None:
        assert self._server is not None
        await asyncio.to_thread(self._server.restart)


async def writes_on(citizen: Citizen, storm: "asyncio.Task[None]", at_least: int, pause: tuple[float, float]) -> None:
    """Send message after message until the storm is over, without waiting for answers."""
    chance, sent = citizen.world.random, 0
    while sent < at_least or not storm.done():
        citizen.sends(citizen.writes(reply=chance.random() < 0.6))
        sent += 1
        await asyncio.sleep(chance.uniform(*pause) if chance.random() < 0.7 else 0)
    await citizen.has_sent_all()


async def a_year_in_a_minute(world: World, storm: Storm, *, citizens: int, at_least: int) -> None:
    """Everybody tells an idea while the platforms fail, then writes on while the storm rages."""
    people = [Citizen(world) for _ in range(citizens)]
    world.weather.chance = CHANCE
    raging = asyncio.create_task(storm.rages())
    try:
        told = await asyncio.gather(*(person.tells_an_idea() for person in people))
        storm.all_told.set()
        stories = zip(people, told, strict=True)
        await asyncio.gather(*(_goes_on(person, mark, raging, at_least) for person, mark in stories))
    finally:
        raging.cancel()
        with suppress(asyncio.CancelledError):
            await raging


async def _goes_on(citizen: Citizen, mark: str, raging: "asyncio.Task[None]", at_least: int) -> None:
    await citizen.sees_the_case(mark)
    await citizen.is_claimed("UMAIN")
    await writes_on(citizen, raging, at_least, (0.1, 0.8))
