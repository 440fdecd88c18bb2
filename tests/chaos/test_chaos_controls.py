"""The negative controls: a hub that forgets one promise is found out, and one that keeps it isn't."""

import pytest

from tests.chaos.checker import Violation, report
from tests.chaos.forgotten import FORGOTTEN
from tests.chaos.people import CANARIES, Citizen
from tests.chaos.stories import OF_TWO, STORIES, Story
from tests.chaos.world import World

in_one_world = pytest.mark.asyncio(loop_scope="session")


async def told(world: World, story: Story, *forgotten: str) -> list[Violation]:
    """Let a new citizen live the story with a hub that forgets, and return what the checker finds."""
    world.begin(*CANARIES)
    citizen = Citizen(world)
    await citizen.has_a_case()
    await citizen.sees_the_case(citizen.number)
    world.forget(*forgotten)
    try:
        await story.tale(citizen)
        found = await world.judged(patience=30)
    finally:
        world.forget()
        for hub in world.hubs:
            hub.forget_crash()
        await world.clocks_are_right()
    assert world.weather.has_come, "the trouble never met anybody"
    print(forgotten or "all promises kept", report(world.history, found), sep="\n")
    return found


@in_one_world
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.forgotten[0])
async def test_a_forgotten_promise_is_found_out(small_world: World, story: Story) -> None:
    await is_found_out(small_world, story)


@in_one_world
async def test_hubs_that_don_t_agree_on_the_time_are_found_out(pair_world: World) -> None:
    await is_found_out(pair_world, OF_TWO)


async def is_found_out(world: World, story: Story) -> None:
    """Nothing is wrong while all promises are kept, and the story's harm is done when its own are forgotten."""
    assert await told(world, story) == []

    found = {violation.kind for violation in await told(world, story, *story.forgotten)}

    assert story.harm in found


@in_one_world
async def test_without_the_outbox_s_unique_key_the_fence_alone_holds(small_world: World) -> None:
    story = next(story for story in STORIES if "no fence" in story.forgotten)

    assert await told(small_world, story, "no unique outbox key", "claims what it is at") == []


def test_every_control_has_its_story() -> None:
    assert {promise for story in (*STORIES, OF_TWO) for promise in story.forgotten} == set(FORGOTTEN)
