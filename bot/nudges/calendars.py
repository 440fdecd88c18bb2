"""The centre's hours: when it is open, and what "two open hours" or "three open days" from now are.

Hours are those on the centre's page: weekdays 9–20, weekends and holidays 9–17, closed 12/29–1/3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import holidays

from bot.when import TOKYO

PUBLIC_HOLIDAYS = holidays.country_holidays("JP")
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


@dataclass(frozen=True)
class Calendar:
    """Opening hours in Tokyo, whatever the host's zone."""

    weekday: tuple[time, time] = (time(9), time(20))
    holiday: tuple[time, time] = (time(9), time(17))
    closed: frozenset[tuple[int, int]] = YEAR_END  # (month, day)
    quiet: tuple[time, time] = (time(21), time(8))  # no message wakes a citizen

    def hours(self, day: date) -> tuple[datetime, datetime] | None:
        """Return when the centre opens and closes on a day, or None when it stays closed."""
        if (day.month, day.day) in self.closed:
            return None
        free = day.weekday() >= 5 or day in PUBLIC_HOLIDAYS
        opens, closes = self.holiday if free else self.weekday
        return datetime.combine(day, opens, TOKYO), datetime.combine(day, closes, TOKYO)

    def after_open_hours(self, start: datetime, hours: float) -> datetime:
        """Return the moment when the centre has been open for so many hours since `start`."""
        left = timedelta(hours=hours)
        for opens, closes in self._openings(start):
            begin = max(opens, start)
            if begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta())
        raise AssertionError("a calendar that never opens")

    def after_open_days(self, start: datetime, days: int) -> datetime:
        """Return the closing time of the n-th open day after the day of `start`."""
        later = [c for o, c in self._openings(start, until=days * 4 + 14) if o.date() > start.astimezone(TOKYO).date()]
        return later[days - 1]

    def awake(self, moment: datetime) -> datetime:
        """Return the moment itself, or the end of the quiet hours it falls into."""
        local = moment.astimezone(TOKYO)
        begins, ends = self.quiet
        if local.time() >= begins:
            return datetime.combine(local.date() + timedelta(days=1), ends, TOKYO)
        return datetime.combine(local.date(), ends, TOKYO) if local.time() < ends else local

    def _openings(self, start: datetime, until: int = 60) -> Iterator[tuple[datetime, datetime]]:
        first = start.astimezone(TOKYO).date()
        for n in range(until):
            if hours := self.hours(first + timedelta(days=n)):
                yield hours


ANSWER_WITHIN = 3  # open days: what the receipt promises
CENTRE = Calendar()


def reply_by(now: datetime) -> datetime:
    """Return by when the centre promises a first answer."""
    return CENTRE.after_open_days(now, ANSWER_WITHIN)
