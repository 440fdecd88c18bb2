"""When people meet: the times that can be offered, the citizen's answer to them, and who hears of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.record import record, telling
from bot.desk.record.moves import MOVES, Action
from bot.desk.record.refusals import WrongFields, sentence
from bot.desk.team import seats
from bot.tables.calendars import CENTRE
from bot.when import TOKYO, clock, day
from storage.models import Audience, Case, CaseEvent, Citizen, Meeting, MeetingKind, MeetingState, Stage

HEARING = MeetingKind.HEARING
LIVE = (MeetingState.PROPOSED, MeetingState.FIXED)


class Outcome(StrEnum):
    """What came of the citizen's word on a date."""

    FIXED = "fixed"
    ALREADY = "already"  # a date stands, this one or another
    ASKED = "asked"  # another day is wished for
    PAST = "past"
    GONE = "gone"  # replaced, called off, or not theirs


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


async def choose(
    session: AsyncSession, citizen: Citizen, meeting_id: int, n: int, *, key: str, now: datetime
) -> tuple[Outcome, Meeting | None]:
    """The citizen takes the n-th time that was offered (from 0), once; `key` is what brought their word."""
    case, meeting = await _theirs(session, citizen, meeting_id)
    if case is None or meeting is None or not 0 <= n < len(meeting.options):
        return _standing(meeting), meeting
    time = options(meeting)[n]
    if meeting.state != MeetingState.PROPOSED or time <= now:
        return (Outcome.PAST if meeting.state == MeetingState.PROPOSED else _standing(meeting)), meeting
    meeting.state, meeting.starts_at, meeting.fixed_at = MeetingState.FIXED, time, now
    event = await note(session, case, meeting, by="citizen", now=now, was=MeetingState.PROPOSED, cause=key)
    await tell_team(session, case, event, meeting, now)
    return Outcome.FIXED, meeting


async def wish_other_day(
    session: AsyncSession, citizen: Citizen, meeting_id: int, *, now: datetime
) -> tuple[Outcome, Meeting | None]:
    """None of the times suits the citizen: the thread is told once, and the offer stands."""
    case, meeting = await _theirs(session, citizen, meeting_id)
    if case is None or meeting is None or meeting.state != MeetingState.PROPOSED:
        return _standing(meeting), meeting
    cause = f"hearing:{meeting.id}:other_day"
    if await record.happened(session, cause) is None:
        event = await note(session, case, meeting, by="citizen", now=now, was=meeting.state, cause=cause)
        await telling.thread(session, case, event, "hearing_other_day", now)
    return Outcome.ASKED, meeting


async def offered(session: AsyncSession, citizen: Citizen) -> Meeting | None:
    """Return the newest offer that the citizen hasn't answered."""
    found = select(Meeting).join(Case, col(Case.id) == Meeting.case_id).where(Case.citizen_id == citizen.id)
    found = found.where(Meeting.kind == HEARING, Meeting.state == MeetingState.PROPOSED, Case.stage != Stage.CLOSED)
    return (await session.exec(found.order_by(col(Meeting.id).desc()).limit(1))).first()


async def note(
    session: AsyncSession,
    case: Case,
    meeting: Meeting,
    *,
    by: str,
    now: datetime,
    was: str | None,
    words: Sequence[str] = (),
    cause: str | None = None,
) -> CaseEvent:
    """Store the meeting and what became of it. The history gets a line, and the card is drawn again."""
    session.add(meeting)
    await session.flush()
    starts_at = meeting.starts_at and meeting.starts_at.isoformat()
    event = await record.append(
        session,
        case,
        Action.MEET,
        by=by,
        at=now,
        cause=cause,
        audience=Audience.CITIZEN if meeting.open_to_citizen else Audience.INTERNAL,
        words=[word for word in words if word],
        before={"meeting_state": was} if was else {},
        after={"meeting": meeting.id, "meeting_state": str(meeting.state), "options": meeting.options,
               "starts_at": starts_at},
    )  # fmt: skip
    await outbox.redraw_card(session, event.case_id, now)
    return event


async def tell_team(
    session: AsyncSession, case: Case, event: CaseEvent, meeting: Meeting, now: datetime, **more: Any
) -> None:
    """Tell the thread when and where it is. Each of the team is told alone only when it is."""
    at = clock(meeting.starts_at or now)
    await telling.thread(session, case, event, "hearing_fixed", now, at=at, place=meeting.place, **more)
    # The place may be somebody's home. It is told in the thread only, because an erasure finds it there.
    await telling.people(session, case, event, "hearing_fixed", now, seats.taken(case), at=at)


async def _theirs(session: AsyncSession, citizen: Citizen, meeting_id: int) -> tuple[Case | None, Meeting | None]:
    """Return the case, held for a change, and its hearing. The case is None when the hearing can't be answered."""
    known = await session.get(Meeting, meeting_id)
    case = await session.get(Case, known.case_id) if known else None
    if known is None or case is None or case.citizen_id != citizen.id or known.kind != HEARING:
        return None, None
    case = await record.hold(session, case.number)
    await session.refresh(known)
    return (case if (Stage(case.stage), Action.MEET) in MOVES else None), known


def _standing(meeting: Meeting | None) -> Outcome:
    stands = meeting is not None and meeting.state in (MeetingState.FIXED, MeetingState.HELD)
    return Outcome.ALREADY if stands else Outcome.GONE


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
