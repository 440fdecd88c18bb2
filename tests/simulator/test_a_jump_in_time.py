"""The demo's clock is moved ahead at night: what comes due in between is said, to citizens by day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from bot.calendars import CENTRE
from bot.clock import Clock
from bot.nudges.tick import Ticker
from bot.web.demo import Demo, stops
from bot.when import TOKYO
from storage.db import Database
from tests.nudges.centre import Centre, jst

DAY = 86_400
NIGHT = datetime(2026, 11, 24, 21, 47, tzinfo=TOKYO)  # a Tuesday, after closing


@pytest.fixture
def centre(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    """A centre on a Tuesday night."""
    monkeypatch.setattr(clock, "wall", lambda: NIGHT.astimezone(UTC))
    return Centre(sqlite, NIGHT)


def a_demo(centre: Centre) -> Demo:
    time = Clock()
    ticker = Ticker(centre.database, time, lambda: None)

    async def life() -> int:
        return 0

    return Demo(centre.database, time, "token", ticker.tick, life)


async def moves(demo: Demo, days: int) -> None:
    await demo._do("clock", {"ahead": days * DAY})


async def test_a_day_later_at_night_the_channel_has_been_reminded(centre: Centre) -> None:
    await centre.staffed()
    await centre.case()

    await moves(a_demo(centre), 1)

    assert (await centre.said())["unclaimed"] == 1


async def test_in_a_month_a_citizen_is_reminded_by_day_and_as_often_as_ever(centre: Centre) -> None:
    await centre.staffed()
    await centre.draft()

    await moves(a_demo(centre), 30)

    told = [row.done_at.astimezone(TOKYO) for row in await centre.nudges("unfinished_hearing") if row.done_at]
    assert [f"{at:%m-%d}" for at in told] == ["11-26", "11-29"]
    assert all(CENTRE.awake(at) == at for at in told)


async def test_two_jumps_are_no_more_than_both(centre: Centre) -> None:
    await centre.staffed()
    await centre.case()
    demo = a_demo(centre)

    await moves(demo, 1)
    await moves(demo, 2)

    assert (await centre.said())["unclaimed"] == 1
    assert abs(demo._clock() - NIGHT - timedelta(days=2)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-24T21:47", "2026-11-25T21:47", ["2026-11-25T09:00", "2026-11-25T19:59"]),
        ("2026-11-24T10:00", "2026-11-25T10:00", ["2026-11-25T09:00"]),
        ("2026-11-24T19:30", "2026-11-24T20:30", ["2026-11-24T19:59"]),
        ("2026-11-24T21:47", "2026-11-24T22:47", []),
        ("2026-11-24T10:00", "2026-11-24T11:00", []),
        ("2026-12-28T21:47", "2027-01-04T08:00", []),  # closed at the turn of the year
    ],
)
def test_the_way_stops_where_the_centre_is_open(start: str, end: str, expected: list[str]) -> None:
    assert list(stops(jst(start), jst(end))) == [jst(at) for at in expected]


def test_a_month_stops_once_a_day(centre: Centre) -> None:
    found = list(stops(NIGHT, NIGHT + timedelta(days=30)))

    assert len(found) == 31  # and once more before it ends
    assert found == sorted(found)
