"""The heartbeat: a tick that stops is noticed, by whoever still looks."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest

from bot.delivery import heartbeat, quota
from bot.tables.reminders import rules
from bot.web.health import metrics
from storage.db import Database
from storage.models import Stage
from tests import pace
from tests.nudges.centre import MORNING, Centre, jst

BEGAN = MORNING - timedelta(days=1)  # when the watch did


async def test_a_whole_tick_is_noted(centre: Centre) -> None:
    await centre.ticker.tick()

    async with centre.database.reading() as session:
        assert await heartbeat.last(session) == MORNING


async def test_a_tick_of_which_a_part_fails_is_not_noted_and_the_rest_is_done(centre: Centre) -> None:
    number = await centre.case()
    broken = rules()["unclaimed"].model_copy(update={"of": "unheard_of"})
    centre.ticker = centre.a_ticker()
    await centre.ticker.tick()
    centre.ticker._rules = {**rules(), "unclaimed": broken}
    centre.ticker._swept = None
    centre.now += timedelta(hours=5)

    await centre.ticker.tick()

    async with centre.database.reading() as session:
        assert await heartbeat.last(session) == MORNING
    assert number


async def test_silence_rings_once_a_day_in_the_channel(centre: Centre) -> None:
    async with centre.database.transaction() as session:
        await heartbeat.beat(session, MORNING)
        assert not await heartbeat.ring(session, MORNING + timedelta(minutes=9), BEGAN)
        assert await heartbeat.ring(session, MORNING + timedelta(minutes=11), BEGAN)
        assert await heartbeat.ring(session, MORNING + timedelta(minutes=30), BEGAN)

    assert [row.payload["minutes"] for row in await centre.messages("slack", "notice")] == [11]


async def test_where_no_tick_was_ever_whole_silence_counts_from_the_watch_s_beginning(centre: Centre) -> None:
    async with centre.database.transaction() as session:
        assert not await heartbeat.ring(session, MORNING + timedelta(minutes=9), MORNING)
        assert await heartbeat.ring(session, MORNING + timedelta(minutes=12), MORNING)

    (row,) = await centre.messages("slack", "notice")
    assert row.payload == {"say": "nudges_stopped", "minutes": 12}


async def test_it_rings_only_when_the_silence_lasts(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "LOOK", 0.01)
    centre = Centre(sqlite)
    await centre.ticker.tick()
    centre.now += timedelta(hours=1)

    await _rings(sqlite, lambda: centre.now)

    assert [row.payload["say"] for row in await centre.messages("slack", "notice")] == ["nudges_stopped"]


async def test_it_rings_also_when_no_tick_was_ever_whole(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "LOOK", 0.01)
    minutes = count()

    await _rings(sqlite, lambda: MORNING + timedelta(minutes=next(minutes)))

    (row,) = await Centre(sqlite).messages("slack", "notice")
    assert row.payload == {"say": "nudges_stopped", "minutes": 11}  # ten of silence, and a second look


async def _rings(db: Database, clock: Callable[[], datetime]) -> None:
    """Watch until it rings."""
    rung = asyncio.Event()
    watching = asyncio.create_task(heartbeat.watch(db, clock, rung.set))
    try:
        async with asyncio.timeout(pace.within(20)):
            await rung.wait()
    finally:
        watching.cancel()


async def test_the_figures_tell_what_was_said_and_how_late(centre: Centre) -> None:
    await centre.case(stage=Stage.RECEIVED)
    await centre.ticker.tick()
    await centre.sleeps_until("2026-11-24T12:30")
    async with centre.database.transaction() as session:
        await quota.note(session, 200, 50, centre.now)

    told = (await metrics(centre.database, lambda: jst("2026-11-24T12:40"))(None)).body.decode()  # type: ignore[arg-type]

    assert 'tsunagi_nudges{rule="unclaimed",status="done"} 1.0' in told
    assert 'tsunagi_nudges_late_seconds_sum{rule="unclaimed"} 1800.0' in told
    assert "tsunagi_nudges_tick_age_seconds 600.0" in told
    assert "tsunagi_nudges_overdue_seconds 0.0" in told
    assert "tsunagi_line_messages_left 150.0" in told
