import asyncio
from collections import Counter

import pytest

from bot.delivery import claims
from storage.db import Database
from storage.models import Delivery, InboxRow
from tests.delivery.delivery_desk import Clock, Desk


async def claimed(db: Database, clock: Clock, limit: int = 10) -> list[InboxRow]:
    async with db.transaction() as session:
        return await claims.claim(session, InboxRow, claims.new_token(), clock(), limit)


async def test_only_the_oldest_of_each_conversation(desk: Desk, clock: Clock) -> None:
    await desk.received("a1", "a2", conv="A")
    await desk.received("b1", "b2", conv="B")

    assert [row.key for row in await claimed(desk.db, clock)] == ["a1", "b1"]
    assert await claimed(desk.db, clock) == []


async def test_the_limit_is_kept(desk: Desk, clock: Clock) -> None:
    for n in range(5):
        await desk.received(f"k{n}", conv=f"U{n}")

    assert [row.key for row in await claimed(desk.db, clock, 2)] == ["k0", "k1"]
    assert [row.key for row in await claimed(desk.db, clock, 2)] == ["k2", "k3"]


async def test_a_row_that_is_not_due_keeps_its_successors_waiting(desk: Desk, clock: Clock) -> None:
    await desk.received("a1", "a2")
    async with desk.db.transaction() as session:
        row = await session.get(InboxRow, 1)
        assert row is not None
        row.next_at = clock() + claims.LEASE
    assert await claimed(desk.db, clock) == []

    clock.turn(seconds=61)
    assert [row.key for row in await claimed(desk.db, clock)] == ["a1"]


async def test_a_lease_ends_and_the_attempt_counted(desk: Desk, clock: Clock) -> None:
    await desk.received("a")
    (first,) = await claimed(desk.db, clock)
    clock.turn(seconds=59)
    assert await claimed(desk.db, clock) == []

    clock.turn(seconds=2)
    (second,) = await claimed(desk.db, clock)
    assert (first.attempts, second.attempts) == (1, 2)
    async with desk.db.transaction() as session:
        assert await claims.held(session, InboxRow, first.id, first.owner) is None
        assert await claims.held(session, InboxRow, second.id, second.owner) is not None


async def test_a_revived_row_waits_for_the_one_under_way(desk: Desk, clock: Clock) -> None:
    await desk.received("old", "young")
    async with desk.db.transaction() as session:
        old = await session.get(InboxRow, 1)
        assert old is not None
        old.status = Delivery.DEAD
    assert [row.key for row in await claimed(desk.db, clock)] == ["young"]

    async with desk.db.transaction() as session:
        session.add(old)
        old.status = Delivery.NEW
    assert await claimed(desk.db, clock) == []


async def test_two_replicas_never_claim_the_same_row(two_replicas: tuple[Database, Database], clock: Clock) -> None:
    for n in range(40):
        await Desk(two_replicas[0], clock).received(f"k{n}", conv=f"U{n}")

    async def greedy(db: Database) -> list[str]:
        mine: list[str] = []
        for _ in range(12):
            mine += [row.key for row in await claimed(db, clock, 3)]
        return mine

    shares = await asyncio.gather(*(greedy(db) for db in two_replicas * 2))
    counts = Counter(key for share in shares for key in share)
    assert len(counts) == 40
    assert set(counts.values()) == {1}


@pytest.mark.parametrize(("attempts", "least", "most"), [(1, 1, 3), (3, 4, 12), (30, 150, 450)])
def test_waits_double_up_to_five_minutes(attempts: int, least: float, most: float) -> None:
    waits = [claims.backoff(attempts).total_seconds() for _ in range(50)]
    assert least <= min(waits) < max(waits) <= most


async def test_a_hub_that_starts_again_needs_not_wait_for_its_own_leases(desk: Desk, clock: Clock) -> None:
    await desk.received("a1")
    await claimed(desk.db, clock)
    assert await claimed(desk.db, clock) == []

    async with desk.db.transaction() as session:
        await claims.free_after_restart(session)

    assert [row.attempts for row in await claimed(desk.db, clock)] == [2]
