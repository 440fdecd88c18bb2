"""Those who wait for an answer go before what follows the answers of others."""

import asyncio
import time
from typing import Any

import pytest

from bot.slack.door import courtesy
from bot.slack.door.courtesy import FEW, Courtesy
from bot.slack.door.desk import Press, Repeated
from tests import pace
from tests.slack.person import opens_home
from tests.slack.slack_office import NOW


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> float:
    """How long what follows an answer waits at most, on this machine."""
    patience = pace.within(courtesy.PATIENCE)
    monkeypatch.setattr(courtesy, "PATIENCE", patience)
    return patience


@pytest.mark.usefixtures("patience")
async def test_what_follows_an_answer_waits_while_somebody_waits_for_theirs(done: list[str]) -> None:
    people = Courtesy()

    async def follow() -> None:
        async with people.afterwards():
            done.append("followed")

    with people.waits():
        with people.waits():
            following = asyncio.create_task(follow())
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.02)
        assert done == []
    await following
    assert done == ["followed"]


async def test_nobody_waits_for_ever(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PATIENCE", 0.05)
    people = Courtesy()
    with people.waits():
        async with people.afterwards():
            done.append("followed")
    assert done == ["followed"]


async def test_few_follow_at_once_and_each_makes_room_for_the_next() -> None:
    people, at_once, most = Courtesy(), 0, 0

    async def follow() -> None:
        nonlocal at_once, most
        async with people.afterwards():
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.002)
            at_once -= 1

    await asyncio.gather(*(follow() for _ in range(5 * FEW)))

    assert most == FEW


async def test_one_who_fails_makes_room_too(patience: float) -> None:
    people = Courtesy()
    for _ in range(2 * FEW):
        with pytest.raises(ValueError, match="broken"):
            async with people.afterwards():
                raise ValueError("broken")

    async with asyncio.timeout(patience / 2), people.afterwards():
        pass


async def test_the_postman_is_woken_once_when_nobody_waits(done: list[str]) -> None:
    people = Courtesy()

    def wake() -> None:
        done.append("woken")

    with people.waits(), people.waits():
        people.then(wake)
        people.then(wake)
        assert done == []
    assert done == ["woken"]
    people.then(wake)
    assert done == ["woken", "woken"]


async def test_an_event_is_acked_at_once_though_bolt_does_it_before_the_listener(office: Any, patience: float) -> None:
    tanaka = await office.staff("U0TANAKA")
    began = time.perf_counter()

    answer = await opens_home(tanaka)

    assert answer.status == 200
    assert time.perf_counter() - began < patience
    # What follows the ack must end before its database does.
    while not office.slack.of("views.publish"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_refusals_keep_nobody_from_their_turn(office: Any, patience: float) -> None:
    case, stranger, tanaka = await office.case(), office.stranger(), await office.staff("U0TANAKA")
    for _ in range(2 * FEW):
        await stranger.presses("case.claim", case.number)

    began = time.perf_counter()
    await tanaka.presses("case.details", case.number)

    assert office.slack.of("views.open")
    assert time.perf_counter() - began < patience


async def test_a_guest_s_press_wakes_the_postman_when_nobody_waits_and_counts_once(office: Any) -> None:
    desk, press = office.desk, Press("U0GUEST", NOW, "pressed")

    with desk.courtesy.waits():
        async with desk.guest(press):
            pass
        assert office.woken == 0
    assert office.woken == 1

    with pytest.raises(Repeated):
        async with desk.guest(press):
            pass
    assert office.woken == 1
