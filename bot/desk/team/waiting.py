"""How long a case has waited for its main, in the hours the centre was open for its ward."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.desk.record.moves import Action
from bot.desk.record.record import Line
from bot.tables.calendars import CALENDARS
from bot.when import TOKYO
from storage.models import Stage


def since(stage: Stage, main: str | None, opened_at: datetime, history: Iterable[Line]) -> datetime | None:
    """Return since when a case waits for a main: since it came, or since the last one left; None when it doesn't."""
    if main is not None or stage is Stage.CLOSED:
        return None
    left = [line.at for line in history if line.action == Action.RELEASE and line.after.get("main", "") is None]
    return left[-1] if left else opened_at


def open_time(start: datetime, end: datetime, ward: str | None = None) -> timedelta:
    """Return for how long the centre was open between two moments, for a case of a ward."""
    calendar = CALENDARS.of(ward)
    first, last = start.astimezone(TOKYO).date(), end.astimezone(TOKYO).date()
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    openings = [hours for day in days if (hours := calendar.hours(day))]
    return sum((max(min(closes, end) - max(opens, start), timedelta()) for opens, closes in openings), timedelta())
