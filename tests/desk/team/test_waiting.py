"""For how long a case has waited, in hours the centre was open."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.desk.consultation.intake import received
from bot.desk.team import team, waiting
from bot.when import TOKYO
from storage.models import Stage
from tests.desk.case_desk import MAIN, NOON, Desk


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ((2026, 11, 24, 10), (2026, 11, 24, 13), 3),  # a Tuesday
        ((2026, 11, 24, 6), (2026, 11, 24, 10), 1),  # it opens at nine
        ((2026, 11, 24, 19), (2026, 11, 25, 10), 2),  # the night doesn't count
        ((2026, 11, 28, 16), (2026, 11, 29, 10), 2),  # weekends end at five
        ((2026, 12, 28, 19), (2027, 1, 4, 10), 2),  # closed at New Year
        ((2026, 11, 24, 21), (2026, 11, 25, 8), 0),
        ((2026, 11, 24, 10), (2026, 11, 24, 9), 0),  # a clock that was set back
    ],
)
def test_only_open_hours_count(start: tuple[int, ...], end: tuple[int, ...], hours: int) -> None:
    begun, over = (datetime(*moment, tzinfo=TOKYO) for moment in (start, end))  # type: ignore[misc, arg-type]

    assert waiting.open_time(begun, over) == timedelta(hours=hours)


def test_a_day_on_which_the_ward_rests_does_not_count(rests: Callable[[str, str], None]) -> None:
    rests("鶴見区", "2026-11-25")
    begun, over = (datetime(2026, 11, day, 19, tzinfo=TOKYO) for day in (24, 26))

    assert waiting.open_time(begun, over, "鶴見区") == timedelta(hours=1 + 10)
    assert waiting.open_time(begun, over, "港北区") == timedelta(hours=1 + 11 + 10)


async def test_a_case_waits_from_its_coming_and_again_from_the_day_its_main_left(small_desk: Desk) -> None:
    number = await small_desk.case()
    assert await _since(small_desk, number) == NOON

    await small_desk.does(received.claim, number, by=MAIN)
    assert await _since(small_desk, number) is None

    small_desk.now += timedelta(days=2)
    await small_desk.does(team.release, number, by=MAIN)
    assert await _since(small_desk, number) == small_desk.now


async def test_an_ended_case_waits_for_nobody(small_desk: Desk) -> None:
    number = await small_desk.case(line=False)
    await small_desk.does(received.refer, number, door="区役所", by=MAIN)

    assert (await small_desk.sees(number)).stage is Stage.CLOSED
    assert await _since(small_desk, number) is None


async def _since(desk: Desk, number: str) -> datetime | None:
    view = await desk.sees(number)
    return waiting.since(view.stage, view.main, view.opened_at, view.history)
