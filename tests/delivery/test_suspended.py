"""A process that stood still with a claim: it may not send, since another may have the row by now."""

from delivery_desk import Clock, Desk, Door

from bot.delivery.postman import Postman
from storage.models import Delivery


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
