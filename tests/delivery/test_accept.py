import asyncio
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text

from bot.delivery import accept as accept_module
from bot.delivery.accept import Acceptor, Arrival
from bot.errors import Busy
from storage.db import Database
from storage.models import Delivery, InboxRow
from tests.delivery.delivery_desk import Clock, Desk


def arrival(key: str, conv: str = "U1", **more: bool) -> Arrival:
    return Arrival("line", key, conv, b'{"text":"\\u0000 \xff"}', **more)


async def test_what_was_accepted_is_there_in_its_order(desk: Desk) -> None:
    await desk.received("a", "b")
    await desk.received("c")

    assert await desk.keys(InboxRow) == ["a", "b", "c"]


async def test_a_second_delivery_changes_nothing(desk: Desk) -> None:
    await desk.received("a", "a", "b")
    await desk.received("b", "a", "c")

    assert await desk.keys(InboxRow) == ["a", "b", "c"]


async def test_requests_that_come_together_share_commits(desk: Desk, clock: Clock) -> None:
    acceptor = Acceptor(desk.db, clock)
    with patch.object(Acceptor, "_store", autospec=True, side_effect=Acceptor._store) as store:
        await acceptor.start()
        await asyncio.gather(*(acceptor.accept([arrival(f"k{n}", f"U{n % 9}")]) for n in range(200)))
        await acceptor.close()

    assert store.call_count < 10
    assert len(await desk.keys(InboxRow)) == 200


async def test_quarantined_and_unstorable_events_wait_for_a_person(desk: Desk, clock: Clock) -> None:
    odd = [arrival("q", quarantined=True), arrival("nul\0"), arrival("x", "\ud800"), arrival("long" * 1_000)]
    acceptor = Acceptor(desk.db, clock)
    await acceptor.start()
    await acceptor.accept([*odd, arrival("good")])
    await acceptor.close()

    assert await desk.keys(InboxRow, Delivery.NEW) == ["good"]
    assert len(await desk.keys(InboxRow, Delivery.QUARANTINE)) == 2  # the three share a body and so a key
    assert (await desk.inbox("good")).body == odd[0].body


async def test_a_locked_database_is_busy_and_recovers(database: Database, desk: Desk, clock: Clock) -> None:
    acceptor = Acceptor(database, clock)
    await acceptor.start()
    started = asyncio.get_running_loop().time()
    async with database.transaction() as session:
        if not database.is_sqlite:
            await session.exec(text("LOCK TABLE inbox"))  # type: ignore[call-overload]
        with pytest.raises(Busy):
            await acceptor.accept([arrival("a")])
    assert asyncio.get_running_loop().time() - started < 1.3

    await acceptor.accept([arrival("a")])
    await acceptor.close()
    assert await desk.keys(InboxRow) == ["a"]


async def test_a_failing_database_is_busy_and_the_next_batch_finds_a_writer(desk: Desk, clock: Clock) -> None:
    acceptor = Acceptor(desk.db, clock)
    await acceptor.start()
    with patch.object(accept_module, "insert_new", side_effect=OSError("disk full")), pytest.raises(Busy):
        await acceptor.accept([arrival("a")])
    assert await desk.keys(InboxRow) == []

    await acceptor.accept([arrival("a")])
    await acceptor.close()
    assert await desk.keys(InboxRow) == ["a"]


async def test_who_still_waits_at_the_end_is_told(desk: Desk, clock: Clock) -> None:
    acceptor = Acceptor(desk.db, clock)
    waiting = asyncio.create_task(acceptor.accept([arrival("a")]))
    await asyncio.sleep(0)
    await acceptor.close()

    with pytest.raises(Busy, match="stopping"):
        await waiting


async def test_ids_follow_commits_though_two_replicas_accept(
    two_replicas: tuple[Database, Database], clock: Clock
) -> None:
    """The first replica has drawn its number and hesitates: the second must not commit a later one before."""
    one, two = two_replicas
    hesitating, go_on = asyncio.Event(), asyncio.Event()
    insert = accept_module.insert_new

    async def slowly(*args: Any) -> None:
        await insert(*args)
        hesitating.set()
        await go_on.wait()

    first, second = Acceptor(one, clock), Acceptor(two, clock)
    await first.start()
    await second.start()
    with patch.object(accept_module, "insert_new", slowly):
        early = asyncio.create_task(first.accept([arrival("early")]))
        await hesitating.wait()
    late = asyncio.create_task(second.accept([arrival("late")]))
    elsewhere = asyncio.create_task(second.accept([arrival("elsewhere", "U2")]))
    await asyncio.sleep(0.1)
    assert not late.done()

    go_on.set()
    await asyncio.gather(early, late, elsewhere)
    await first.close()
    await second.close()
    assert (await Desk(one, clock).keys(InboxRow))[:2] == ["early", "late"]
