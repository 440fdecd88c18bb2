"""What dates are made of: times that can be offered, the newest meeting of a case, and a mark to know it again."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record.refusals import WrongFields, sentence
from bot.tables.calendars import CENTRE
from bot.when import TOKYO, clock, day
from storage.models import Case, Meeting, MeetingKind, MeetingState

LIVE = (MeetingState.PROPOSED, MeetingState.FIXED)


def check_times(times: Mapping[str, datetime], now: datetime) -> None:
    """Raise WrongFields where a time has passed, the centre is closed, or the same time is there twice."""
    faults: dict[str, str] = {}
    seen: set[datetime] = set()
    for field, time in times.items():
        if fault := _fault(time, now):
            faults[field] = fault
        elif time in seen:
            faults[field] = sentence("time_twice", at=clock(time))
        seen.add(time)
    if faults:
        raise WrongFields(faults)


async def newest(session: AsyncSession, case: Case, kind: MeetingKind) -> Meeting | None:
    """Return the newest meeting of a kind that isn't cancelled, as the database has it now."""
    found = select(Meeting).where(Meeting.case_id == case.id, Meeting.kind == kind)
    found = found.where(Meeting.state != MeetingState.CANCELLED).order_by(col(Meeting.id).desc()).limit(1)
    return (await session.exec(found.execution_options(populate_existing=True))).first()


def options(meeting: Meeting) -> list[datetime]:
    """Return the times that were offered."""
    return [datetime.fromisoformat(option).astimezone(TOKYO) for option in meeting.options]


def mark(meeting: Meeting | None) -> str:
    """Return a short mark of a meeting as it is: a screen that was drawn for another one is told so."""
    if meeting is None or meeting.state == MeetingState.CANCELLED:
        return "none"
    known = [meeting.id, str(meeting.state), meeting.minutes, meeting.open_to_citizen]
    return hashlib.sha256(repr(known).encode("utf-8", "replace")).hexdigest()[:16]


def _fault(time: datetime, now: datetime) -> str | None:
    if time <= now:
        return sentence("time_past", at=clock(time))
    hours = CENTRE.hours(time.astimezone(TOKYO).date())
    if hours is None:
        return sentence("time_closed_day", at=day(time))
    opens, closes = hours
    if not opens <= time < closes:
        return sentence("time_closed", at=clock(time), hours=f"{opens:%-H:%M}〜{closes:%-H:%M}")
    return None
