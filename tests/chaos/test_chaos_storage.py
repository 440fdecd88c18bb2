"""The database locked or the disk full: refused in time, never promised, and taken up again by itself."""

import asyncio
import sys
import time
from collections.abc import Awaitable

import pytest

from storage.db import driver_url
from tests.chaos.checker import report
from tests.chaos.people import CANARIES, Citizen
from tests.chaos.postgres import Server
from tests.chaos.storage_troubles import full_disk, lock_file
from tests.chaos.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")
IN_TIME = 1.2 + 0.4  # seconds until a refusal; the rest is for a busy machine


async def test_a_locked_file_is_refused_in_time(small_world: World) -> None:
    file = str(driver_url(small_world.url).database)
    await is_refused_and_recovers(small_world, asyncio.to_thread(lock_file, file, 2.5))


@pytest.mark.slow
async def test_a_locked_table_is_refused_in_time(pair_world: World, server: Server) -> None:
    await is_refused_and_recovers(pair_world, asyncio.to_thread(server.lock, pair_world.url, 3.0))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of another process can be set on Linux only")
async def test_a_full_disk_is_refused_and_needs_no_restart(small_world: World) -> None:
    lives = small_world.hubs[0].lives
    await is_refused_and_recovers(small_world, full_disk(small_world.hubs[0], 2.5))
    assert small_world.hubs[0].lives == lives


async def is_refused_and_recovers(world: World, trouble: Awaitable[None]) -> None:
    """Let a citizen write on through the trouble and after it; a 200 means on record, as the checker holds."""
    history = world.begin(*CANARIES)
    citizen = Citizen(world)
    await citizen.has_a_case()
    await citizen.sees_the_case(citizen.number)
    troubled = asyncio.ensure_future(trouble)
    await asyncio.sleep(0.3)
    while not troubled.done():
        await world.webhook(citizen.writes())
        await asyncio.sleep(0.1)
    refused = [s for s in history.sendings if s.status != 200]
    await asyncio.sleep(1)
    after = time.monotonic()
    for _ in range(3):
        await world.webhook(citizen.writes())

    assert [s.status for s in refused] == [503] * len(refused) != []
    assert max(s.ended - s.began for s in refused) < IN_TIME
    assert [s.status for s in history.sendings if s.began > after] == [200] * 3
    found = await world.judged()
    print(report(history, found))
    assert found == []
