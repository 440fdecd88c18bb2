"""LINE's month: what is counted, what waits when it runs low, and how it goes with a free answer."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.delivery import outbox, quota
from bot.line.drawing import draw
from storage.db import Database
from storage.models import Citizen, OutboxRow
from tests.nudges.centre import MORNING


async def a_citizen(database: Database) -> int:
    async with database.transaction() as session:
        citizen = Citizen(line_user_id="Uquota", created_at=MORNING)
        session.add(citizen)
    return citizen.id or 0


async def month(database: Database, limit: int | None, used: int) -> None:
    async with database.transaction() as session:
        await quota.note(session, limit, used, MORNING)


async def tells(database: Database, citizen: int, kind: str, key: str, **values: Any) -> None:
    async with database.transaction() as session:
        await outbox.tell_citizen(session, citizen, kind, key, MORNING, **values)


async def rows(database: Database) -> list[OutboxRow]:
    async with database.reading() as session:
        return list((await session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))).all())


async def test_pushes_are_counted_by_the_month_in_tokyo(database: Database) -> None:
    async with database.transaction() as session:
        await quota.count(session, MORNING)
        await quota.count(session, MORNING, 2)
        await quota.count(session, MORNING + timedelta(days=10))

    async with database.reading() as session:
        assert await quota.standing(session, MORNING) == quota.Quota(3, None)
        assert (await quota.standing(session, MORNING + timedelta(days=10))).used == 1


async def test_line_s_own_number_counts_when_it_is_larger(database: Database) -> None:
    await month(database, 200, 50)
    async with database.transaction() as session:
        await quota.count(session, MORNING, 10)

    async with database.reading() as session:
        stands = await quota.standing(session, MORNING)
    assert (stands.used, stands.limit, stands.left) == (50, 200, 150)


@pytest.mark.parametrize(
    ("left", "waiting"),
    [
        (1000, set()),
        (100, {"unfinished"}),
        (70, {"unfinished", "check_in"}),
        (50, {"unfinished", "check_in", "hypothesis"}),
        (30, {"unfinished", "check_in", "hypothesis", "hearing"}),
        (20, {"unfinished", "check_in", "hypothesis", "hearing", "step"}),
        (0, {"unfinished", "check_in", "hypothesis", "hearing", "step", "reply"}),
    ],
)
async def test_the_order_decides_who_waits(sqlite: Database, left: int, waiting: set[str]) -> None:
    await month(sqlite, 1000, 1000 - left)

    async with sqlite.reading() as session:
        assert {rank for rank in quota.RESERVE if await quota.must_wait(session, rank, MORNING)} == waiting


async def test_without_a_limit_nothing_waits(sqlite: Database) -> None:
    await month(sqlite, None, 100_000)

    async with sqlite.reading() as session:
        assert not await quota.must_wait(session, "unfinished", MORNING)


async def test_what_waits_goes_with_the_answer_to_the_citizen_s_next_message(database: Database) -> None:
    citizen = await a_citizen(database)
    await month(database, 1000, 990)
    await tells(database, citizen, "claimed", "event:1", number="2026-0001")
    await tells(database, citizen, "reply", "event:2", number="2026-0001", text="お返事", case=1, event=2)
    waits, reply = await rows(database)
    assert (waits.conv, waits.next_at) == (f"line:{citizen}:waiting", quota.FAR)
    assert (reply.conv, reply.next_at) == (f"line:{citizen}:news", MORNING)

    async with database.transaction() as session:
        along = await quota.take_along(session, citizen, 2, MORNING)
        assert await quota.take_along(session, citizen, 2, MORNING) == []

    assert [item["kind"] for item in along] == ["claimed"]
    assert [row.status for row in await rows(database)] == ["done", "new"]


async def test_what_went_along_stands_before_the_answer_and_its_buttons(sqlite: Database) -> None:
    said = {"text": "状況です", "buttons": [{"title": "ヘルプ", "payload": "/help"}]}
    along = [{"kind": "claimed", "payload": {"citizen": 1, "number": "2026-0001"}}, {"kind": "gone", "payload": {}}]
    row = OutboxRow(
        key="k", dest="line", conv="line:1", kind="turn", payload={"messages": [said], "along": along}, retry_uuid="r",
        next_at=MORNING, created_at=MORNING,
    )  # fmt: skip

    async with sqlite.reading() as session:
        drawn = await draw(session, row)

    assert [("2026-0001" in message["text"]) for message in drawn] == [True, False]
    assert "quickReply" in drawn[-1]


async def test_a_new_month_lets_go_what_waited(database: Database) -> None:
    citizen = await a_citizen(database)
    await month(database, 1000, 995)
    await tells(database, citizen, "claimed", "event:1", number="2026-0001")
    async with database.transaction() as session:
        assert await quota.release(session, MORNING) == 0
        assert await quota.waiting(session) == 1

    async with database.transaction() as session:
        assert await quota.release(session, MORNING + timedelta(days=10)) == 1

    (row,) = await rows(database)
    assert (row.conv, row.next_at) == (f"line:{citizen}:news", MORNING + timedelta(days=10))


async def test_a_crowd_at_once_leaves_what_is_kept_for_others(database: Database) -> None:
    citizen = await a_citizen(database)
    await month(database, 200, 175)  # from 20 left on, unfinished hearings wait
    async with database.transaction() as session:
        for n in range(30):
            await outbox.tell_citizen(session, citizen, "unfinished", f"event:{n}", MORNING)

    left = [row for row in await rows(database) if row.next_at != quota.FAR]
    assert len(left) == 25 - 4  # a kind without a place of its own is news of a step, from which four are kept


async def test_who_goes_first_by_the_order_is_let_go_first(database: Database) -> None:
    citizen = await a_citizen(database)
    await month(database, 20, 20)
    for n in range(10):
        await tells(database, citizen, "reminders", f"event:{n}", rank="unfinished")
    await tells(database, citizen, "hearing_fixed", "event:last")
    async with database.transaction() as session:
        await quota.note(session, 20, 8, MORNING)
        assert await quota.release(session, MORNING) == 10  # of twelve; two stay for whom they are kept

    waits = [row.key for row in await rows(database) if row.next_at == quota.FAR]
    assert waits == ["event:9:reminders"]


async def test_when_line_says_the_month_is_used_up_everything_waits(database: Database) -> None:
    citizen = await a_citizen(database)
    async with database.transaction() as session:
        await quota.used_up(session, MORNING)
    await tells(database, citizen, "reply", "event:2", number="2026-0001", text="お返事", case=1, event=2)

    (row,) = await rows(database)
    assert (row.status, row.next_at) == ("new", quota.FAR)
