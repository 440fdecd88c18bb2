"""A hub dies, or stands still, at every point where it holds something in its hands."""

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.chaos.breakage import KILLED, POINTS
from tests.chaos.checker import report
from tests.chaos.hub import Hub
from tests.chaos.people import CANARIES, Citizen
from tests.chaos.tempo import FASTER
from tests.chaos.waits import until
from tests.chaos.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEASE = 60 / FASTER  # seconds
QUICK = {"accept: inserted, not committed", "accept: committed, not answered", "line: sent, not recorded"}
EVERY = [pytest.param(point, marks=[] if point in QUICK else pytest.mark.slow) for point in POINTS]


@pytest.mark.parametrize("point", EVERY)
async def test_a_hub_dies_at_a_point(small_world: World, point: str) -> None:
    await dies(small_world, point)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
async def test_one_of_two_dies_at_a_point(pair_world: World, point: str) -> None:
    await dies(pair_world, point)


@pytest.mark.slow
@pytest.mark.parametrize("point", [name for name in POINTS if name.startswith(("outbox: claimed", "inbox: claimed"))])
async def test_one_of_two_stands_still_with_a_claim_until_the_other_has_it(pair_world: World, point: str) -> None:
    citizen, hub = await somebody(pair_world), pair_world.hubs[0]
    hub.stall(point, LEASE * 1.4)
    await writes_until(citizen, hub.stalled)

    await asyncio.sleep(LEASE * 1.5)
    await citizen.has_sent_all()

    await nothing_is_wrong(pair_world)


async def dies(world: World, point: str) -> None:
    """Let a hub die there, and what it held be taken up by another or by its next life."""
    citizen, hub = await somebody(world), world.hubs[0]
    hub.arm(point)
    if point.startswith("click"):
        await until(lambda: presses(citizen, hub), "the crash", 20)
        await citizen.is_claimed("UMAIN")
    await writes_until(citizen, lambda: hub.crashed)
    await citizen.has_sent_all()

    assert hub.forget_crash()
    await nothing_is_wrong(world)
    assert hub.codes[-1] == KILLED


async def presses(citizen: Citizen, hub: Hub) -> bool:
    """Press where this hub takes it; tell whether it died of it."""
    await citizen.world.press(citizen.number, "UMAIN", citizen.id, str(int(time.time())), at=hub)
    return hub.crashed


async def somebody(world: World) -> Citizen:
    """A citizen with a case and its card, in a new history."""
    world.begin(*CANARIES)
    citizen = Citizen(world)
    await citizen.has_a_case()
    await citizen.sees_the_case(citizen.number)
    return citizen


async def writes_until(citizen: Citizen, happened: Callable[[], bool]) -> None:
    """Write a message now and then until something has happened; with several hubs it may be the other's turn."""

    def write_or_see() -> bool:
        if not happened():
            citizen.sends(citizen.writes(reply=False))
        return happened()

    await until(write_or_see, "somebody at that point", 20, lambda: 0.3)


async def nothing_is_wrong(world: World) -> None:
    """Wait for the end and let the checker look."""
    found = await world.judged()
    print(report(world.history, found))
    assert found == []
