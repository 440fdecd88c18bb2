"""The centre's hours: when it is open, what "three open days" from now are, and by when it promises an answer.

Hours are those of bot/tables/calendars.yml, in Tokyo, whatever the host's zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import holidays
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.tables import reading
from bot.when import TOKYO

PUBLIC_HOLIDAYS = holidays.country_holidays("JP")
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
FILE = Path(__file__).with_name("calendars.yml")
FARTHEST = 366  # days looked through for an open one
WEEKS = 52  # whole ones that are surely among those days
HOLIDAYS = 20  # at most, on weekdays of as many weeks; so far there were never more than 18
PROMISE = 30  # open days: the longest promise, and so the fewest a calendar needs
Hours = tuple[time, time]


class Reach(NamedTuple):
    """How much a calendar is open at the least in the days that are looked through, wherever they begin."""

    open_days: int
    open_hours: float


@dataclass(frozen=True)
class Calendar:
    """Opening hours in Tokyo, whatever the host's zone."""

    weekday: Hours | None = (time(9), time(20))
    holiday: Hours | None = (time(9), time(17))
    closed: frozenset[tuple[int, int]] = YEAR_END  # (month, day)
    closed_days: frozenset[date] = frozenset()
    quiet: Hours = (time(21), time(8))  # no message wakes a citizen

    def hours(self, day: date) -> tuple[datetime, datetime] | None:
        """Return when the centre opens and closes on a day, or None when it stays closed."""
        return _hours_of(self, day)

    def _looked_up(self, day: date) -> tuple[datetime, datetime] | None:
        if (day.month, day.day) in self.closed or day in self.closed_days:
            return None
        free = day.weekday() >= 5 or day in PUBLIC_HOLIDAYS
        found = self.holiday if free else self.weekday
        return found and (datetime.combine(day, found[0], TOKYO), datetime.combine(day, found[1], TOKYO))

    def after_open_hours(self, start: datetime, hours: float) -> datetime:
        """Return the moment when the centre has been open for so many hours since `start`."""
        left = timedelta(hours=hours)
        for opens, closes in self._openings(start):
            begin = max(opens, start)
            if begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta())
        raise AssertionError("a calendar that never opens")

    def before_open_hours(self, end: datetime, hours: float) -> datetime:
        """Return the moment from which the centre is open for so many hours until `end`."""
        left = timedelta(hours=hours)
        for opens, closes in self._openings(end, step=-1):
            last = min(closes, end)
            if opens + left <= last:
                return last - left
            left -= max(last - opens, timedelta())
        raise AssertionError("a calendar that never opens")

    def after_open_days(self, start: datetime, days: int) -> datetime:
        """Return the closing time of the n-th open day after the day of `start`."""
        return _nth_closing(self, start.astimezone(TOKYO).date(), days)

    def reach(self) -> Reach:
        """Return how far ahead or back open days and hours are surely found."""
        days = [self.weekday] * (5 * WEEKS - HOLIDAYS) + [self.holiday] * (2 * WEEKS)
        lengths = sorted(_length(hours) for hours in days if hours)
        left = max(0, len(lengths) - len(self.closed) - len(self.closed_days))
        return Reach(left, sum(lengths[:left]))  # as if the days it is closed were its longest

    def open_from(self, moment: datetime) -> datetime:
        """Return the moment itself when the centre is open, else when it opens next."""
        return next(max(opens, moment) for opens, closes in self._openings(moment) if moment < closes)

    def open_day(self, day: date) -> date:
        """Return the day itself when the centre opens on it, else the next on which it does."""
        return next(opens.date() for opens, _ in self._days(day))

    def awake(self, moment: datetime) -> datetime:
        """Return the moment itself, or the end of the quiet hours it falls into."""
        local = moment.astimezone(TOKYO)
        begins, ends = self.quiet
        asleep = begins <= local.time() < ends if begins < ends else not ends <= local.time() < begins
        if not asleep:
            return local
        morning = local.date() + timedelta(days=int(local.time() >= ends))
        return datetime.combine(morning, ends, TOKYO)

    def _openings(self, start: datetime, *, step: int = 1) -> Iterator[tuple[datetime, datetime]]:
        return self._days(start.astimezone(TOKYO).date(), step)

    def _days(self, first: date, step: int = 1) -> Iterator[tuple[datetime, datetime]]:
        for n in range(FARTHEST):
            if hours := self.hours(first + timedelta(days=n * step)):
                yield hours


def _length(hours: Hours) -> float:
    first, last = (timedelta(hours=at.hour, minutes=at.minute, seconds=at.second) for at in hours)
    return (last - first) / timedelta(hours=1)


@lru_cache(maxsize=8_192)  # cached: it is asked for thousands of times a tick
def _hours_of(calendar: Calendar, day: date) -> tuple[datetime, datetime] | None:
    return calendar._looked_up(day)


@lru_cache(maxsize=8_192)
def _nth_closing(calendar: Calendar, day: date, days: int) -> datetime:
    return next(islice((closes for _, closes in calendar._days(day + timedelta(days=1))), days - 1, None))


@dataclass(frozen=True)
class Calendars:
    """Who is at work when: the centre, the city's staff, and what is otherwise in a ward."""

    centre: Calendar = Calendar()
    city: Calendar = Calendar(weekday=(time(8, 45), time(17, 15)), holiday=None)
    wards: dict[str, Calendar] = field(default_factory=dict)
    answer_within: int = 3  # open days: what the receipt promises

    def of(self, ward: str | None) -> Calendar:
        """Return the calendar that counts for a case of a ward."""
        return self.wards.get(ward or "", self.centre)

    def has_own_hours(self, ward: str | None, day: date) -> bool:
        """Tell whether a ward has other hours than the centre on a day."""
        return self.of(ward).hours(day) != self.centre.hours(day)

    def reach(self) -> Reach:
        """Return how far ahead or back open days and hours are surely found, whatever the ward of a case."""
        days, hours = zip(*(one.reach() for one in (self.centre, *self.wards.values())), strict=True)
        return Reach(min(days), min(hours))


def _hours(said: Any) -> Hours | None:
    if said == "closed":
        return None
    try:
        first, last = (time.fromisoformat(part.strip().zfill(5)) for part in str(said).split("-"))
        if first.tzinfo or last.tzinfo:
            raise ValueError
    except ValueError:
        raise ValueError(f"hours look like 9:00-20:00 or closed, not {said}") from None
    return first, last


def _opening(said: Any) -> Hours | None:
    found = _hours(said)
    if found and found[0] >= found[1]:
        raise ValueError(f"{said} closes before it opens")
    return found


def _quiet(said: Any) -> Hours:
    found = _hours(said)
    if found is None or found[0] == found[1]:
        raise ValueError(f"hours look like 21:00-8:00 and end at another time than they begin, not {said}")
    return found


def _ward(said: str) -> str:
    """One of the city's wards, as cases name it."""
    from knowledge.language.wards import WARDS, match

    if said in WARDS:
        return said
    meant = match(said)
    nearest = [ward for ward in (meant.ward, *meant.candidates) if ward in WARDS]
    advice = f"the nearest is {nearest[0]}" if nearest else f"there are {', '.join(WARDS)}"
    raise ValueError(f"isn't a ward of this city; {advice}")


def _opens(calendar: Calendar, whose: str = "") -> None:
    """Refuse a calendar that may have no day for a promise, or no next opening."""
    if (days := calendar.reach().open_days) < PROMISE:
        raise ValueError(f"{whose}is surely open on {days} days a year, and {PROMISE} are needed")


def _month_day(said: Any) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2024-{said}")  # a leap year knows every day
    except ValueError:
        raise ValueError(f'a day of every year looks like "12-29", not {said}') from None
    return day.month, day.day


_Strict = ConfigDict(extra="forbid", frozen=True)


_OpenOrClosed = Annotated[Hours | None, BeforeValidator(_opening)]


class _Opening(BaseModel):
    model_config = _Strict

    weekday: _OpenOrClosed
    holiday: _OpenOrClosed
    closed: list[Annotated[tuple[int, int], BeforeValidator(_month_day)]] = []
    closed_days: list[date] = []

    @model_validator(mode="after")
    def _often_enough(self) -> "_Opening":
        _opens(self.calendar())
        return self

    def calendar(self, quiet: Hours = Calendar.quiet) -> Calendar:
        """Return the calendar that these values describe."""
        return Calendar(self.weekday, self.holiday, frozenset(self.closed), frozenset(self.closed_days), quiet)


class _Ward(BaseModel):
    """What differs in a ward; everything else is as in the centre."""

    model_config = _Strict

    weekday: _OpenOrClosed = None
    holiday: _OpenOrClosed = None
    closed_days: list[date] = []

    def calendar(self, centre: Calendar) -> Calendar:
        """Return the ward's calendar."""
        hours = {name: getattr(self, name) for name in self.model_fields_set - {"closed_days"}}
        return replace(centre, **hours, closed_days=centre.closed_days | frozenset(self.closed_days))


def _days_or_more(said: Any) -> Any:
    return {"closed_days": said} if isinstance(said, list) else said


class _File(BaseModel):
    model_config = _Strict

    centre: _Opening
    city: _Opening
    quiet: Annotated[Hours, BeforeValidator(_quiet)]
    answer_within: Annotated[int, Field(ge=1, le=PROMISE), BeforeValidator(reading.number)]
    wards: dict[Annotated[str, AfterValidator(_ward)], Annotated[_Ward, BeforeValidator(_days_or_more)]] = {}

    @field_validator("wards")
    @classmethod
    def _often_enough(cls, wards: dict[str, _Ward], info: ValidationInfo) -> dict[str, _Ward]:
        for name, ward in wards.items() if "centre" in info.data else ():
            _opens(ward.calendar(info.data["centre"].calendar()), f"{name} ")
        return wards


def read(file: Path = FILE) -> Calendars:
    """Return the calendars of a file; raises TableWrong with line and reason."""
    table = reading.read(file, _File)
    centre = table.centre.calendar(table.quiet)
    wards = {name: ward.calendar(centre) for name, ward in table.wards.items()}
    return Calendars(centre, table.city.calendar(table.quiet), wards, table.answer_within)


CALENDARS = read()
CENTRE, CITY = CALENDARS.centre, CALENDARS.city
ANSWER_WITHIN = CALENDARS.answer_within


def reply_by(now: datetime, ward: str | None = None) -> datetime:
    """Return by when the centre promises a first answer to a case of a ward."""
    return CALENDARS.of(ward).after_open_days(now, ANSWER_WITHIN)
