"""A process that stood still with a claim: it may not send, since another may have the row by now."""

import asyncio
from collections.abc import Sequence

from sqlmodel import update

from bot.delivery import claims
from bot.delivery.inbox import ClaimedEvent, InboxWorker
from bot.delivery.postman import Postman
from bot.errors import DeliveryError
from storage.models import Delivery, OutboxRow
from tests.delivery.delivery_desk import Clock, Desk, Door, at_work, until


async def test_who_slept_over_a_claim_sends_nothing_and_the_row_is_as_good_as_new(
    desk: Desk, door: Door, clock: Clock
) -> None:
    await desk.queued("note", dest="slack")
    slept = Postman(desk.db, {"slack": door}, clock)
    (row,) = await slept.claim(1, clock())
    clock.turn(seconds=20)

    await slept.work(row)

    assert door.sent_keys == []
    kept = await desk.outbox("note")
    assert (kept.status, kept.attempts, kept.first_try_at, kept.owner) == (Delivery.NEW, 0, None, None)


async def test_who_slept_until_another_has_sent_it_changes_nothing(desk: Desk, door: Door, clock: Clock) -> None:
    await desk.queued("note", dest="slack")
    slept, awake = (Postman(desk.db, {"slack": door}, clock) for _ in range(2))
    (row,) = await slept.claim(1, clock())
    clock.turn(seconds=61)
    (taken,) = await awake.claim(1, clock())
    await awake.work(taken)

    await slept.work(row)

    assert door.sent_keys == ["note"]
    assert (await desk.outbox("note")).status == Delivery.DONE


async def test_a_jump_of_the_clock_sends_nothing_twice_at_once(desk: Desk, door: Door, clock: Clock) -> None:
    async def long_call(_row: OutboxRow) -> None:
        clock.turn(hours=1)
        await desk.queued("next", dest="slack", conv="line:2")
        postman.wake()
        await until(lambda: "next" in door.sent_keys or door.sent_keys.count("note") > 1)
        door.during = None

    door.during = long_call
    await desk.queued("note", dest="slack")
    postman = Postman(desk.db, {"slack": door}, clock, poll=0.02)
    async with at_work(postman):
        await until(lambda: len(door.sent_keys) == 2)

    assert sorted(door.sent_keys) == ["next", "note"]
    assert await desk.keys(OutboxRow, Delivery.DONE) == ["note", "next"]


async def test_nor_does_it_work_on_an_event_twice_at_once(desk: Desk, clock: Clock) -> None:
    begun, goes_on = list[str](), asyncio.Event()

    async def slowly(event: ClaimedEvent) -> None:
        begun.append(event.key)
        if event.key == "a":
            await goes_on.wait()
        async with desk.db.transaction() as session:
            await event.finish(session, clock())

    await desk.received("a")
    async with at_work(InboxWorker(desk.db, {"line": slowly}, clock, poll=0.02)):
        await until(lambda: begun)
        clock.turn(hours=1)
        await desk.received("b", conv="U2")
        await until(lambda: len(begun) > 1)
        goes_on.set()

    assert begun == ["a", "b"]


async def test_an_attempt_is_known_to_be_the_second_whichever_way_the_clock_was_set(
    desk: Desk, door: Door, clock: Clock
) -> None:
    door.replies = [DeliveryError("cut off"), DeliveryError("cut off"), None]
    postman = Postman(desk.db, {"slack": door}, clock)
    await desk.queued("note", dest="slack")
    known = list[bool]()
    for minutes in (0, -5, 20):
        clock.turn(minutes=minutes)
        (row,) = await postman.claim(1, clock()) or await _due(desk, postman, clock)
        known.append(claims.tried_before(row))
        await postman.work(row)

    assert known == [False, True, True]


async def _due(desk: Desk, postman: Postman, clock: Clock) -> Sequence[OutboxRow]:
    """The row, though by a clock that was set back it isn't its turn for long."""
    async with desk.db.transaction() as session:
        await session.exec(update(OutboxRow).values(next_at=clock()))
    return await postman.claim(1, clock())
