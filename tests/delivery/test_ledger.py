import asyncio

import pytest
from sqlmodel import select

from bot.delivery import ledger
from bot.delivery.retention import purge
from bot.errors import Refused
from storage.db import Database
from storage.models import Delivery, InboxRow, OutboxRow
from tests.delivery.delivery_desk import Clock, Desk


async def ends(desk: Desk, key: str, status: str) -> int:
    async with desk.db.transaction() as session:
        row = (await session.exec(select(InboxRow).where(InboxRow.key == key))).one()
        row.status, row.done_at, row.attempts = status, desk.clock(), 8
        assert row.id is not None
        return row.id


async def test_rows_are_listed_newest_first(desk: Desk) -> None:
    await desk.received("a", "b")
    await ends(desk, "a", Delivery.DEAD)
    async with desk.db.reading() as session:
        assert [row.key for row in await ledger.list_rows(session, "inbox")] == ["b", "a"]
        assert [row.key for row in await ledger.list_rows(session, "inbox", Delivery.DEAD)] == ["a"]
        assert [row.key for row in await ledger.list_rows(session, "inbox", limit=1)] == ["b"]
        with pytest.raises(Refused, match="outbox has no row 5"):
            await ledger.show(session, "outbox", 5)


async def test_only_dead_rows_are_retried(desk: Desk) -> None:
    await desk.received("a", "b")
    dead = await ends(desk, "a", Delivery.DEAD)
    done = await ends(desk, "b", Delivery.DONE)
    async with desk.db.transaction() as session:
        await ledger.retry(session, "inbox", dead, desk.clock())
        with pytest.raises(Refused, match="is done"):
            await ledger.retry(session, "inbox", done, desk.clock())
    row = await desk.inbox("a")
    assert (row.status, row.attempts) == (Delivery.NEW, 0)


async def test_a_row_under_way_is_not_dropped(desk: Desk) -> None:
    await desk.received("a")
    async with desk.db.transaction() as session:
        row = await ledger.show(session, "inbox", 1)
        row.owner, row.lease_until = "someone", desk.clock()
        desk.clock.turn(seconds=-5)
        with pytest.raises(Refused, match="being worked on"):
            await ledger.drop(session, "inbox", 1, desk.clock())
        desk.clock.turn(seconds=60)
        await ledger.drop(session, "inbox", 1, desk.clock())
    assert (await desk.inbox("a")).status == Delivery.CANCELLED


async def test_a_request_counts_once_though_it_comes_twice_at_once(desk: Desk) -> None:
    async def click() -> bool:
        async with desk.db.transaction() as session:
            return await ledger.once(session, "slack", "click", desk.clock()) is None

    assert sorted(await asyncio.gather(*(click() for _ in range(4)))) == [False, False, False, True]
    assert not await click()


async def test_a_request_that_failed_may_come_again(desk: Desk) -> None:
    async def refused() -> None:
        async with desk.db.transaction() as session:
            assert await ledger.once(session, "slack", "click", desk.clock(), "mark") is None
            raise Refused("no")

    with pytest.raises(Refused):
        await refused()
    async with desk.db.transaction() as session:
        assert await ledger.once(session, "slack", "click", desk.clock(), "mark") is None
        assert await ledger.once(session, "slack", "click", desk.clock(), "other") == "mark"


async def test_words_go_after_a_week_and_keys_after_a_month(database: Database, clock: Clock) -> None:
    desk = Desk(database, clock)
    await desk.received("done", "dead", "waiting", "dropped")
    await ends(desk, "done", Delivery.DONE)
    await ends(desk, "dead", Delivery.DEAD)
    await ends(desk, "dropped", Delivery.CANCELLED)
    for key, kind in (("reply", "reply"), ("card:1", "card"), ("waits", "reply")):
        await desk.queued(key, kind=kind)
    async with database.transaction() as session:
        for row in (await session.exec(select(OutboxRow).where(OutboxRow.key != "waits"))).all():
            row.status, row.done_at = Delivery.DONE, clock()

    assert await purged(desk) == 0
    clock.turn(days=8)
    assert await purged(desk) == 4
    assert {key: bool((await desk.inbox(key)).body) for key in ("done", "dead", "waiting", "dropped")} == {
        "done": False,
        "dead": True,
        "waiting": True,
        "dropped": False,
    }
    assert (await desk.outbox("reply")).payload == {}
    assert (await desk.outbox("waits")).payload == {"to": "waits"}

    clock.turn(days=23)
    assert await purged(desk) == 3
    assert await desk.keys(InboxRow) == ["dead", "waiting"]
    assert await desk.keys(OutboxRow) == ["card:1", "waits"]


async def purged(desk: Desk) -> int:
    total = 0
    while True:
        async with desk.db.transaction() as session:
            count = await purge(session, desk.clock(), limit=2)
        total += count
        if not count:
            return total
