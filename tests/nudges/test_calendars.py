from datetime import date, datetime

import pytest

from bot.nudges.calendars import CENTRE, reply_by
from bot.when import TOKYO


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-11-24", (9, 20)),  # Tuesday
        ("2026-11-28", (9, 17)),  # Saturday
        ("2026-11-23", (9, 17)),  # 勤労感謝の日
        ("2026-12-29", None),
        ("2027-01-03", None),
        ("2027-01-04", (9, 20)),
    ],
)
def test_when_the_centre_is_open(day: str, hours: tuple[int, int] | None) -> None:
    found = CENTRE.hours(date.fromisoformat(day))

    assert (found and (found[0].hour, found[1].hour)) == hours


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-24T10:00", "2026-11-24T12:00"),
        ("2026-11-24T19:30", "2026-11-25T10:30"),  # over the night
        ("2026-11-24T23:00", "2026-11-25T11:00"),
        ("2026-12-28T19:00", "2027-01-04T10:00"),  # over the year's end
    ],
)
def test_two_open_hours_later(start: str, due: str) -> None:
    assert CENTRE.after_open_hours(jst(start), 2) == jst(due)


def test_a_first_answer_is_promised_within_three_open_days() -> None:
    assert reply_by(jst("2026-11-24T10:00")) == jst("2026-11-27T20:00")
    assert reply_by(jst("2026-12-28T10:00")) == jst("2027-01-06T20:00")


@pytest.mark.parametrize(
    ("moment", "awake"),
    [
        ("2026-11-24T20:59", "2026-11-24T20:59"),
        ("2026-11-24T21:00", "2026-11-25T08:00"),
        ("2026-11-24T03:00", "2026-11-24T08:00"),
    ],
)
def test_quiet_hours_move_and_never_drop(moment: str, awake: str) -> None:
    assert CENTRE.awake(jst(moment)) == jst(awake)
