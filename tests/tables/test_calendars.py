import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.tables.calendars import CALENDARS, CENTRE, CITY, FILE, Calendar, Calendars, read, reply_by
from bot.when import TOKYO, clock, day


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
    ("day", "opens"), [("2026-12-28", "2026-12-28"), ("2026-12-29", "2027-01-04"), ("2027-01-03", "2027-01-04")]
)
def test_the_next_day_it_opens(day: str, opens: str) -> None:
    assert CENTRE.open_day(date.fromisoformat(day)) == date.fromisoformat(opens)


def test_days_and_hours_as_people_read_them() -> None:
    late = datetime.fromisoformat("2026-11-24T23:30:00+00:00")  # the next morning in Tokyo

    assert (day(late), clock(late)) == ("11月25日(水)", "11月25日(水) 08:30")
    assert day(date(2026, 11, 25)) == "11月25日(水)"
    assert (day(None), clock(None)) == ("", "")


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


def test_a_first_answer_is_promised_by_the_calendar_of_the_ward(rests: Callable[[str, str], None]) -> None:
    rests("鶴見区", "2026-11-25")

    assert reply_by(jst("2026-11-24T10:00"), "鶴見区") == jst("2026-11-28T17:00")
    assert reply_by(jst("2026-11-24T10:00"), "港北区") == jst("2026-11-27T20:00")
    assert reply_by(jst("2026-11-24T10:00"), None) == jst("2026-11-27T20:00")


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


@pytest.mark.parametrize(
    ("end", "from_"),
    [
        ("2026-11-24T15:00", "2026-11-24T13:00"),
        ("2026-11-25T10:00", "2026-11-24T19:00"),  # over the night
        ("2027-01-04T10:00", "2026-12-28T19:00"),  # over the year's end
        ("2026-11-25T23:00", "2026-11-25T18:00"),
    ],
)
def test_two_open_hours_before(end: str, from_: str) -> None:
    assert CENTRE.before_open_hours(jst(end), 2) == jst(from_)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-24T10:00", "2026-11-24T10:00"),
        ("2026-11-24T20:00", "2026-11-25T09:00"),
        ("2026-11-28T18:00", "2026-11-29T09:00"),
        ("2026-12-30T12:00", "2027-01-04T09:00"),
    ],
)
def test_when_the_centre_opens_next(moment: str, opens: str) -> None:
    assert CENTRE.open_from(jst(moment)) == jst(opens)


def test_the_city_works_on_weekdays_only() -> None:
    assert CITY.hours(date(2026, 11, 28)) is None
    assert CITY.hours(date(2026, 11, 23)) is None
    assert CITY.open_from(jst("2026-11-27T17:30")) == jst("2026-11-30T08:45")


def test_a_ward_has_its_own_closed_days(tmp_path: Path) -> None:
    file = tmp_path / "calendars.yml"
    file.write_text(FILE.read_text("utf-8").replace("wards: {}", "wards: {鶴見区: [2026-11-25]}"), "utf-8")
    found = read(file)

    assert found.of("鶴見区").open_from(jst("2026-11-24T21:00")) == jst("2026-11-26T09:00")
    assert found.of("港北区").open_from(jst("2026-11-24T21:00")) == jst("2026-11-25T09:00")
    assert found.of(None) == CALENDARS.centre


def test_a_ward_has_hours_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "calendars.yml"
    said = 'wards: {鶴見区: {weekday: "10:00-18:00", closed_days: [2026-11-25]}, 西区: {holiday: closed}}'
    file.write_text(FILE.read_text("utf-8").replace("wards: {}", said), "utf-8")
    found = read(file)

    assert found.of("鶴見区").open_from(jst("2026-11-24T19:00")) == jst("2026-11-26T10:00")
    assert found.of("鶴見区").open_from(jst("2026-11-28T08:00")) == jst("2026-11-28T09:00")  # Saturday: the centre's
    assert found.of("西区").open_from(jst("2026-11-27T21:00")) == jst("2026-11-30T09:00")


def test_a_centre_may_be_open_at_weekends_alone(tmp_path: Path) -> None:
    file = tmp_path / "calendars.yml"
    file.write_text(FILE.read_text("utf-8").replace('weekday: "9:00-20:00"', "weekday: closed"), "utf-8")

    assert read(file).centre.open_from(jst("2026-11-24T10:00")) == jst("2026-11-28T09:00")


@pytest.mark.parametrize(
    "calendar",
    [
        CENTRE,
        CITY,
        Calendar(weekday=None),
        Calendar(weekday=(time(9), time(12))),
        Calendar(closed_days=frozenset(date(2026, 6, 1) + timedelta(days=n) for n in range(120))),
    ],
)
def test_what_is_within_reach_is_found_whenever_it_is_counted(calendar: Calendar) -> None:
    days, hours = calendar.reach()

    for n in range(0, 8 * 365, 11):
        start = jst("2020-01-01T16:00") + timedelta(days=n)
        assert calendar.after_open_days(start, days) > start
        assert calendar.before_open_hours(start, hours) < start < calendar.after_open_hours(start, hours)


def test_the_reach_is_that_of_the_ward_that_is_open_least() -> None:
    rare = Calendar(weekday=None)

    assert Calendars(wards={"西区": rare}).reach() == rare.reach()


def test_a_centre_sets_its_own_hours_and_days(tmp_path: Path) -> None:
    file = tmp_path / "calendars.yml"
    text = FILE.read_text("utf-8").replace('"9:00-20:00"', '"10:00-18:00"', 1)
    file.write_text(text.replace("closed_days: []", "closed_days: [2026-11-24]", 1), "utf-8")

    assert read(file).centre.after_open_hours(jst("2026-11-23T12:00"), 6) == jst("2026-11-25T11:00")


def test_quiet_hours_that_begin_at_midnight() -> None:
    calendar = Calendar(quiet=(time(0), time(7)))

    assert calendar.awake(jst("2026-11-24T23:59")) == jst("2026-11-24T23:59")
    assert calendar.awake(jst("2026-11-24T03:00")) == jst("2026-11-24T07:00")


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_host_s_zone_does_not_matter(zone: str) -> None:
    code = (
        "from datetime import datetime, UTC; from bot.tables.calendars import CENTRE\n"
        "print(CENTRE.after_open_hours(datetime(2026, 11, 24, 10, 30, tzinfo=UTC), 2).astimezone(UTC))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "2026-11-25 01:30:00+00:00"  # 19:30 here: half an hour today, the rest tomorrow
