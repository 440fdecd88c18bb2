"""News that nobody waits for goes along: nothing is lost, nothing overtakes, and nothing urgent waits."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, delete, select

from bot.delivery import claims, outbox, quota
from bot.delivery.companions import MOST, ONE_TEXT, PATIENCE, PATIENT
from bot.line.drawing import draw
from bot.line.news import NEWS
from bot.when import TOKYO
from storage.db import Database
from storage.models import Delivery, OutboxRow

NOW = datetime(2026, 11, 24, 12, tzinfo=TOKYO)


async def tells(database: Database, kind: str, key: str, at: datetime = NOW, **values: Any) -> None:
    async with database.transaction() as session:
        await outbox.tell_citizen(session, 1, kind, key, at, number="2026-0001", **values)


async def rows(database: Database) -> list[OutboxRow]:
    async with database.reading() as session:
        return list((await session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))).all())


async def pushes(database: Database) -> list[list[str]]:
    """What each push that is queued says, in the order of sending."""
    live = [row for row in await rows(database) if row.status == Delivery.NEW]
    return [[*(item["kind"] for item in row.payload.get("along", ())), row.kind] for row in live]


async def due(database: Database, at: datetime) -> list[str]:
    """The kinds of the messages a worker gets to send at a time."""
    async with database.transaction() as session:
        found = await claims.claim(session, OutboxRow, claims.new_token(), at, 8)
        kinds = [row.kind for row in found]
        for row in found:
            claims.let_go(row)
    return kinds


async def test_the_team_and_the_step_after_a_claim_are_one_push_more(database: Database) -> None:
    for n, kind in enumerate(("claimed", "joined", "staffed", "advanced_direction")):
        await tells(database, kind, f"event:{n}", NOW + timedelta(seconds=20 * n))

    assert await pushes(database) == [["claimed"], ["joined", "staffed", "advanced_direction"]]
    last = (await rows(database))[-1]
    assert last.next_at == NOW + timedelta(seconds=60)  # a step doesn't wait
    async with database.reading() as session:
        drawn = [message["text"] for message in await draw(session, last)]
    assert ["もう1名" in drawn[0], "市民協働推進課" in drawn[1], "方向性の検討" in drawn[2]] == [True] * 3


async def test_what_nothing_follows_goes_by_itself_two_minutes_after_the_first(database: Database) -> None:
    await tells(database, "joined", "event:1")
    await tells(database, "staffed", "event:2", NOW + timedelta(seconds=100))

    assert await pushes(database) == [["joined", "staffed"]]
    assert await due(database, NOW + PATIENCE - timedelta(seconds=1)) == []
    assert await due(database, NOW + PATIENCE) == ["staffed"]


@pytest.mark.parametrize("kind", ["reply", "hypothesis", "hearing_dates"])
async def test_words_and_cards_don_t_wait_and_what_came_before_goes_before(database: Database, kind: str) -> None:
    await tells(database, "joined", "event:1")
    await tells(database, kind, "event:2", NOW + timedelta(seconds=5), text="お返事", case=1, event=2)

    assert await pushes(database) == [["joined"], [kind]]
    assert await due(database, NOW + timedelta(seconds=5)) == ["joined"]


async def test_an_event_that_comes_twice_takes_nothing_along_twice(database: Database) -> None:
    await tells(database, "joined", "event:1")
    await tells(database, "advanced_direction", "event:2")
    await tells(database, "staffed", "event:3")
    await tells(database, "advanced_direction", "event:2")
    await tells(database, "joined", "event:1")

    assert await pushes(database) == [["joined", "advanced_direction"], ["staffed"]]


async def test_a_free_answer_takes_it_along(database: Database) -> None:
    await tells(database, "joined", "event:1")
    await tells(database, "staffed", "event:2")

    async with database.transaction() as session:
        assert await quota.take_along(session, 1, 1, NOW) == []  # no room for both: they stay
        along = await quota.take_along(session, 1, 4, NOW)

    assert [item["kind"] for item in along] == ["joined", "staffed"]
    assert await pushes(database) == []


def test_news_that_takes_others_along_is_one_text() -> None:
    assert not ONE_TEXT & set(NEWS)


kinds = st.sampled_from([*sorted(ONE_TEXT), "reply"])


@given(st.lists(st.tuples(kinds, st.integers(0, 90)), max_size=12))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_nothing_is_lost_nothing_overtakes_and_nothing_waits_longer(
    sqlite: Database, told: list[tuple[str, int]]
) -> None:
    async with sqlite.transaction() as session:
        await session.exec(delete(OutboxRow))
    at = NOW
    for n, (kind, after) in enumerate(told):
        at += timedelta(seconds=after)
        await tells(sqlite, kind, f"event:{n}", at, text="お返事", case=1, event=n)

    said = await pushes(sqlite)
    assert [kind for push in said for kind in push] == [kind for kind, _ in told]
    assert all(len(push) <= MOST + 1 for push in said)
    live = [row for row in await rows(sqlite) if row.status == Delivery.NEW]
    assert all(row.next_at <= row.created_at + PATIENCE * (row.kind in PATIENT) for row in live)
    last = [at for at, row in enumerate(live) if row.kind not in PATIENT]
    assert all(row.next_at <= live[max(last)].created_at for row in live[: max(last, default=0)])
