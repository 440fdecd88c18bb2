import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy.exc import OperationalError

from bot.delivery import ledger
from bot.delivery.breaker import Breaker
from bot.delivery.outbox import redraw_card
from bot.delivery.postman import Postman
from bot.errors import DeliveryError, TryLater
from storage.db import Database
from storage.models import Delivery, OutboxRow
from tests import pace
from tests.delivery.delivery_desk import Clock, Desk, Door, at_work, new, until

DOWN = DeliveryError("500 from LINE")


def postman(desk: Desk, door: Door, *dests: str, **more: Any) -> Postman:
    doors = dict.fromkeys(dests or ("line", "slack"), door)
    return Postman(desk.db, doors, desk.clock, **{"poll": 0.02, **more})


@asynccontextmanager
async def delivering(desk: Desk, door: Door, *dests: str, **more: Any) -> AsyncIterator[Postman]:
    one = postman(desk, door, *dests, **more)
    async with at_work(one):
        yield one


async def ended(desk: Desk, key: str) -> bool:
    return (await desk.outbox(key)).status != Delivery.NEW


async def rests(desk: Desk, key: str) -> bool:
    row = await desk.outbox(key)
    return new(row) and row.error_class is not None and row.next_at > desk.clock()


async def turn_until(desk: Desk, key: str, true: Callable[[], Any], **by: float) -> int:
    """Turn the clock whenever the row rests, and return how often; never while it is leased, or the lease would end."""
    turns = 0
    async with asyncio.timeout(pace.within(20)):
        while not (await answer if asyncio.iscoroutine(answer := true()) else answer):
            if new(await desk.outbox(key)):
                desk.clock.turn(**by)
                turns += 1
            await asyncio.sleep(0.03)
    return turns


async def turn_until_ended(desk: Desk, key: str, **by: float) -> None:
    """Turn the clock whenever the row rests, until it has ended."""
    await turn_until(desk, key, lambda: ended(desk, key), **by)


async def test_messages_of_a_conversation_leave_in_order(desk: Desk, door: Door) -> None:
    for key in ("a", "b", "c"):
        await desk.queued(key)
    async with delivering(desk, door):
        await until(lambda: ended(desk, "c"))

    assert door.sent_keys == ["a", "b", "c"]
    row = await desk.outbox("a")
    assert (row.status, row.ext_id, row.sent_as, row.done_at) == (Delivery.DONE, "ts-a", "reply", desk.clock())


async def test_the_same_key_is_queued_once(desk: Desk, door: Door) -> None:
    await asyncio.gather(*(desk.queued("a") for _ in range(5)))
    assert await desk.keys(OutboxRow) == ["a"]


async def test_an_idle_postman_starts_at_once_when_woken(desk: Desk, door: Door) -> None:
    async with delivering(desk, door, poll=30) as sleepy:
        await asyncio.sleep(0.1)
        await desk.queued("a")
        woken = time.perf_counter()
        sleepy.wake()
        await until(lambda: door.sent_keys == ["a"])
    assert time.perf_counter() - woken < pace.within(0.5)


async def test_the_way_is_chosen_once_and_kept(desk: Desk, door: Door) -> None:
    door.replies = [DOWN]
    await desk.queued("a")
    async with delivering(desk, door):
        await until(lambda: rests(desk, "a"))
        door.way = "push"
        desk.clock.turn(minutes=5)
        await until(lambda: ended(desk, "a"))
    assert (await desk.outbox("a")).sent_as == "reply"


@pytest.mark.parametrize("refusal", [DeliveryError("429", after=90), TryLater("not ready", after=90)])
async def test_what_was_surely_not_taken_costs_nothing(desk: Desk, door: Door, refusal: Exception) -> None:
    """The platform's own wait is kept, and the way is chosen again: the reply token has aged."""
    door.replies = [refusal]
    await desk.queued("a")
    async with delivering(desk, door):
        await until(lambda: rests(desk, "a"))
        row = await desk.outbox("a")
        assert (row.attempts, row.first_try_at) == (0, None)
        door.way = "push"
        desk.clock.turn(seconds=89)
        await asyncio.sleep(0.1)
        assert door.sent_keys == ["a"]
        desk.clock.turn(seconds=2)
        await until(lambda: ended(desk, "a"))
    assert (await desk.outbox("a")).sent_as == "push"


async def test_a_hold_pauses_its_destination_only(desk: Desk, door: Door) -> None:
    door.replies = [DeliveryError("ratelimited", after=30, hold="C0INTAKE")]
    await desk.queued("card", dest="slack", conv="case:1")
    async with delivering(desk, door):
        await until(lambda: rests(desk, "card"))
        await desk.queued("other card", dest="slack", conv="case:2")
        await desk.queued("push")
        await until(lambda: ended(desk, "push"))
        assert (await desk.outbox("other card")).attempts == 0
        desk.clock.turn(seconds=31)
        await until(lambda: ended(desk, "other card"))
        await until(lambda: ended(desk, "card"))


async def test_a_hold_of_one_conversation_leaves_the_others(desk: Desk, door: Door) -> None:
    door.replies = [DeliveryError("ratelimited", after=30, hold="line:1")]
    await desk.queued("a")
    async with delivering(desk, door):
        await until(lambda: rests(desk, "a"))
        await desk.queued("b", conv="line:2")
        await until(lambda: ended(desk, "b"))


async def test_a_permanent_failure_is_reported_and_lets_the_next_pass(desk: Desk, door: Door) -> None:
    door.replies = [DeliveryError("blocked", permanent=True)]
    await desk.queued("a")
    await desk.queued("b")
    async with delivering(desk, door):
        await until(lambda: ended(desk, "b"))
        await until(lambda: len(door.sent_keys) == 3)  # the notice

    assert door.failures == ["a"]
    dead = await desk.outbox("a")
    assert (dead.status, dead.error_class) == (Delivery.DEAD, "DeliveryError: blocked")
    notice = await desk.outbox(door.sent_keys[-1] if door.sent_keys[-1] != "b" else door.sent_keys[1])
    assert notice.payload == {"say": "dead_letter", "box": "outbox", "row": dead.id}


async def test_a_dead_notice_makes_no_other(desk: Desk, door: Door) -> None:
    door.replies = [DeliveryError("gone", permanent=True)] * 9
    await desk.queued("a")
    async with delivering(desk, door):
        await until(lambda: len(door.failures) == 2)
        await asyncio.sleep(0.1)
    assert len(await desk.keys(OutboxRow, Delivery.DEAD)) == len(await desk.keys(OutboxRow)) == 2


async def test_a_message_the_platform_can_t_take_dies_while_others_pass(desk: Desk, door: Door) -> None:
    async def poison(row: OutboxRow) -> None:
        if row.key == "a":
            raise DOWN

    door.during = poison
    await desk.queued("a")
    async with delivering(desk, door):
        for n in range(40):
            await desk.queued(f"ok{n}", conv=f"line:{n + 2}")
            await until(lambda n=n: ended(desk, f"ok{n}"))
            desk.clock.turn(minutes=4)
            if await ended(desk, "a"):
                break
    assert (await desk.outbox("a")).status == Delivery.DEAD
    assert door.sent_keys.count("a") == 8


async def test_a_bug_in_rendering_dies_too(desk: Desk, door: Door) -> None:
    door.replies = [KeyError("name")] * 8
    await desk.queued("a")
    async with delivering(desk, door, "line"):
        await turn_until_ended(desk, "a", minutes=8)
    assert (await desk.outbox("a")).error_class == "KeyError"
    assert len(door.sent_keys) == 8


async def test_a_row_that_can_t_be_prepared_keeps_nobody(desk: Desk, door: Door) -> None:
    def choose(row: OutboxRow, now: Any) -> None:
        if row.key == "a":
            raise KeyError("token")

    await desk.queued("a")
    await desk.queued("b", conv="line:2")
    with patch.object(door, "choose", choose):
        async with delivering(desk, door, "line"):
            await until(lambda: ended(desk, "b"))
            await until(lambda: rests(desk, "a"))
    assert door.sent_keys == ["b"]


async def test_an_outage_costs_no_message(desk: Desk, door: Door) -> None:
    """Five hours down: the breaker keeps the calls few and nothing dies; order holds."""

    async def down(row: OutboxRow) -> None:
        raise DOWN

    door.during = down
    await desk.queued("a")
    await desk.queued("b")
    async with delivering(desk, door, "line"):
        turns = await turn_until(desk, "a", lambda: len(door.sent_keys) >= 20, minutes=15)
        assert len(door.sent_keys) <= turns + 1  # one call at most in a quarter of an hour
        door.during = None
        await turn_until_ended(desk, "a", minutes=5)
        await until(lambda: ended(desk, "b"))
    assert set(door.sent_keys[:-2]) == {"a"}
    assert door.sent_keys[-2:] == ["a", "b"]
    assert door.failures == []


async def test_after_23_hours_nothing_is_pushed_blindly(desk: Desk, door: Door) -> None:
    door.replies = [DOWN]
    await desk.queued("a")
    async with delivering(desk, door, "line"):
        await until(lambda: rests(desk, "a"))
        desk.clock.turn(hours=23, minutes=1)
        await until(lambda: ended(desk, "a"))
    assert door.sent_keys == ["a"]
    assert door.failures == ["a"]


async def test_a_card_that_changed_on_its_way_goes_again(desk: Desk, door: Door) -> None:
    async def change(row: OutboxRow) -> None:
        door.during = None
        async with desk.db.transaction() as session:
            await redraw_card(session, 7, desk.clock())

    door.during = change
    async with desk.db.transaction() as session:
        await redraw_card(session, 7, desk.clock())
        await redraw_card(session, 7, desk.clock())
    async with delivering(desk, door):
        await until(lambda: ended(desk, "card:7"))

    assert len(door.sent_keys) == 2
    assert door.revisions == [3, 4]


async def test_a_change_during_an_unclear_attempt_doesn_t_hide_it(desk: Desk, door: Door) -> None:
    """The card may be in Slack already: the next attempt must still know that it isn't the first."""

    async def change_and_fail(row: OutboxRow) -> None:
        door.during = None
        async with desk.db.transaction() as session:
            await redraw_card(session, 7, desk.clock())
        raise DOWN

    door.during = change_and_fail
    async with desk.db.transaction() as session:
        await redraw_card(session, 7, desk.clock())
    async with delivering(desk, door):
        await until(lambda: rests(desk, "card:7"))
    row = await desk.outbox("card:7")
    assert row.first_try_at is not None
    assert row.attempts == 1


async def test_a_finished_card_is_sent_again_with_its_id(desk: Desk, door: Door) -> None:
    async with delivering(desk, door) as sender:
        for times in (1, 2):
            async with desk.db.transaction() as session:
                await redraw_card(session, 7, desk.clock())
            sender.wake()
            await until(lambda times=times: len(door.sent_keys) >= times)
            await until(lambda: ended(desk, "card:7"))
    assert (await desk.outbox("card:7")).ext_id == "ts-card:7"


async def test_what_was_cancelled_on_its_way_stays_cancelled(desk: Desk, door: Door) -> None:
    async def cancel(row: OutboxRow) -> None:
        async with desk.db.transaction() as session:
            mine = await session.get(OutboxRow, row.id)
            assert mine is not None
            mine.status = Delivery.CANCELLED

    door.during = cancel
    await desk.queued("a")
    async with delivering(desk, door):
        await until(lambda: door.sent_keys == ["a"])
    row = await desk.outbox("a")
    assert (row.status, row.ext_id, row.owner) == (Delivery.CANCELLED, "ts-a", None)


async def test_a_crash_while_sending_repeats_after_the_lease(desk: Desk, door: Door) -> None:
    async def hang(row: OutboxRow) -> None:
        await asyncio.sleep(30)

    door.during = hang
    await desk.queued("a")
    crashing = asyncio.create_task(postman(desk, door).run())
    await until(lambda: door.sent_keys == ["a"])
    crashing.cancel()
    await asyncio.gather(crashing, return_exceptions=True)
    door.during = None

    async with delivering(desk, door):
        await asyncio.sleep(0.1)
        assert door.sent_keys == ["a"]
        desk.clock.turn(seconds=61)
        await until(lambda: ended(desk, "a"))
    row = await desk.outbox("a")
    assert (row.attempts, row.first_try_at) == (2, Clock().now)


async def test_a_hiccup_of_the_database_doesn_t_repeat_a_message(desk: Desk, door: Door) -> None:
    write = Postman._write_sent
    hiccups = [OperationalError("", {}, Exception())]

    async def hiccup(self: Postman, *args: Any) -> None:
        if hiccups:
            raise hiccups.pop()
        await write(self, *args)

    await desk.queued("a")
    with patch.object(Postman, "_write_sent", hiccup):
        async with delivering(desk, door):
            await until(lambda: ended(desk, "a"))
    assert door.sent_keys == ["a"]


async def test_two_replicas_send_each_message_once(two_replicas: tuple[Database, Database], clock: Clock) -> None:
    desk, door = Desk(two_replicas[0], clock), Door()
    for n in range(60):
        await desk.queued(f"U{n % 20}-{n:02}", conv=f"line:{n % 20}")
    async with at_work(*(postman(Desk(db, clock), door, parallel=4) for db in two_replicas)):
        await until(lambda: len(door.sent_keys) == 60, 20)

    assert len(set(door.sent_keys)) == 60
    for n in range(20):
        mine = [key for key in door.sent_keys if key.startswith(f"U{n}-")]
        assert mine == sorted(mine)


async def test_a_dead_letter_that_is_retried_leaves(desk: Desk, door: Door) -> None:
    door.replies = [DeliveryError("blocked", permanent=True)]
    await desk.queued("a")
    async with delivering(desk, door, "line") as sender:
        await until(lambda: ended(desk, "a"))
        async with desk.db.transaction() as session:
            await ledger.retry(session, "outbox", 1, desk.clock())
        sender.wake()
        await until(lambda: len(door.sent_keys) == 2)


def test_the_breaker_opens_rests_probes_and_closes() -> None:
    clock, breaker = Clock(), Breaker()
    for _ in range(4):
        breaker.failed(clock())
    assert breaker.room(clock(), 8) == 8

    breaker.failed(clock())
    assert breaker.room(clock(), 8) == 0
    clock.turn(seconds=31)
    assert [breaker.room(clock(), 8), breaker.room(clock(), 8)] == [1, 0]  # one probe, not two
    breaker.succeeded()
    assert breaker.room(clock(), 8) == 8
