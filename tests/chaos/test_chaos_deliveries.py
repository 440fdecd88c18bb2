"""LINE brings events in any order, several to a request, again and again, also long after: each counts once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.delivery import retention
from tests import pace
from tests.chaos.checker import report
from tests.chaos.people import CANARIES, Citizen
from tests.chaos.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")
PEOPLE, EACH = 3, 3
WEEK_LATER = "a week later"  # what is done is emptied by then; its key stays

Batch = list[tuple[int, int]]  # whose message, and which
EVENTS = st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, EACH - 1))
BATCHES: st.SearchStrategy[Batch] = st.lists(EVENTS, min_size=1, max_size=4)
PLANS = st.lists(st.one_of(BATCHES, BATCHES, BATCHES, st.just(WEEK_LATER)), min_size=2, max_size=12)
FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=4, deadline=None, suppress_health_check=FIXTURES)
@given(plan=PLANS)
async def test_any_way_of_bringing_counts_once(small_world: World, plan: Sequence[Batch | str]) -> None:
    await is_brought(small_world, plan)


@pytest.mark.slow
@pytest.mark.timeout(pace.within(900))
@settings(max_examples=60, deadline=None, suppress_health_check=FIXTURES)
@given(plan=PLANS)
async def test_any_way_of_bringing_counts_once_on_two_hubs(pair_world: World, plan: Sequence[Batch | str]) -> None:
    await is_brought(pair_world, plan)


async def is_brought(world: World, plan: Sequence[Batch | str]) -> None:
    """Bring what the plan says, then what it left out, and let the checker look."""
    world.begin(*CANARIES)
    people = [Citizen(world) for _ in range(PEOPLE)]
    for person in people:
        await person.has_a_case()
    said = [[person.writes() for _ in range(EACH)] for person in people]
    for step in plan:
        if isinstance(step, str):
            await a_week_passes(world)
        else:
            await world.brings([said[who][which] for who, which in step])
    for events in said:
        await world.brings(events)

    found = await world.judged()

    print(report(world.history, found))
    assert found == []


async def a_week_passes(world: World) -> None:
    """Forget what was done a week ago, as the nightly tidying does."""
    async with world.db.transaction() as session:
        await retention.purge(session, datetime.now(UTC) + timedelta(days=8))
