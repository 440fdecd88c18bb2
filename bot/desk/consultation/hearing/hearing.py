"""② the hearing: its date, offered to the citizen or agreed with them, and what was heard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.hearing import appointments, briefing
from bot.desk.consultation.hearing.appointments import HEARING, LIVE
from bot.desk.record import evidence, record, telling
from bot.desk.record.evidence import storable
from bot.desk.record.marks import mark, refuse_stale
from bot.desk.record.moves import Action
from bot.desk.record.refusals import WrongFields, refuse, sentence
from bot.desk.record.telling import AGREED
from bot.desk.team import seats
from bot.when import TOKYO, clock
from knowledge.language.blanks import has_words, trimmed
from storage.models import Case, CaseEvent, Meeting, MeetingState


@dataclass(frozen=True)
class Wish:
    """What a coordinator fills in for a date."""

    times: Mapping[str, datetime]  # by the field they were given in
    place: str = ""  # or the link of an online meeting
    remark: str = ""  # for the citizen
    reason: str = ""  # why the briefing isn't there, where it isn't


async def propose(
    session: AsyncSession, number: str, wish: Wish, *, seen: str | None = None, by: str, now: datetime
) -> Meeting:
    """Offer the citizen up to three times on LINE. Times that were offered or fixed before don't count any more.

    `seen` is the mark of the meeting that the person's modal was drawn for.
    """
    case, before = await _hold(session, number, seen)
    if await telling.reach(session, case) not in AGREED:
        raise refuse("hearing_no_line")
    if not wish.times:
        raise WrongFields({"option1": sentence("hearing_no_time")})
    meeting, reason = await _wanted(session, case, wish, by, now)
    meeting.state = MeetingState.PROPOSED
    meeting.options = [time.astimezone(TOKYO).isoformat() for time in sorted(wish.times.values())]
    event = await _replace(session, case, before, meeting, now)
    shown = [clock(time) for time in appointments.options(meeting)]
    said = {"times": shown, "place": meeting.place, "remark": meeting.agenda, "reason": reason}
    await telling.thread(session, case, event, "hearing_proposed", now, **said)
    await telling.citizen(
        session, case, event, "hearing_dates", now, through=AGREED, meeting=meeting.id, was=_fixed_before(before)
    )
    return meeting


async def agree(
    session: AsyncSession, number: str, wish: Wish, *, seen: str | None = None, by: str, now: datetime
) -> Meeting:
    """Write down the time that was agreed, for instance by phone. A citizen on LINE gets a confirmation."""
    case, before = await _hold(session, number, seen)
    if len(wish.times) != 1:
        field = list(wish.times)[1] if wish.times else "option1"
        raise WrongFields({field: sentence("hearing_one_time")})
    meeting, reason = await _wanted(session, case, wish, by, now)
    meeting.state, meeting.starts_at, meeting.fixed_at = MeetingState.FIXED, next(iter(wish.times.values())), now
    event = await _replace(session, case, before, meeting, now)
    told = await telling.citizen(
        session, case, event, "hearing_fixed", now, through=AGREED, meeting=meeting.id, was=_fixed_before(before)
    )
    await appointments.tell_team(session, case, event, meeting, now, told=told, reason=reason)
    return meeting


async def cancel(
    session: AsyncSession, number: str, *, reason: str = "", seen: str | None = None, by: str, now: datetime
) -> None:
    """Call off the times that were offered or fixed. The citizen doesn't see the reason."""
    case, meeting = await _hold(session, number, seen)
    if meeting is None or meeting.state not in LIVE:
        raise refuse("hearing_no_date")
    was, meeting.state = str(meeting.state), MeetingState.CANCELLED
    event = await appointments.note(session, case, meeting, by=by, now=now, was=was, words=[trimmed(reason)])
    told = await telling.citizen(session, case, event, "hearing_cancelled", now, through=AGREED)
    await telling.thread(session, case, event, "hearing_cancelled", now, reason=reason, told=told)
    await telling.people(session, case, event, "hearing_cancelled", now, seats.taken(case))


async def write_notes(
    session: AsyncSession,
    number: str,
    *,
    text: str,
    open_to_citizen: bool,
    template: str = "",
    seen: str | None = None,
    by: str,
    now: datetime,
) -> None:
    """Write down what was heard, and let the citizen read it if so marked. The history keeps the text before.

    `template` is what stood in the field before anybody wrote in it.
    """
    case, meeting = await _hold(session, number, seen)
    if meeting is None or meeting.state == MeetingState.PROPOSED:
        raise refuse("hearing_not_fixed")
    text = storable(text)
    if trimmed(text) in ("", template.strip()):
        raise refuse("hearing_notes_empty")
    if (text, open_to_citizen) == (meeting.minutes, meeting.open_to_citizen):
        return
    was, meeting.state = str(meeting.state), MeetingState.HELD
    meeting.minutes, meeting.open_to_citizen = text, open_to_citizen
    await evidence.store(session, case, {"hearing_notes": text}, by=by, now=now)
    words = [text] if open_to_citizen else []
    event = await appointments.note(session, case, meeting, by=by, now=now, was=was, words=words)
    told = open_to_citizen and await telling.citizen(
        session, case, event, "hearing_notes", now, through=AGREED, text=text
    )
    told_of = {"told": told} if open_to_citizen else {}
    await telling.thread(session, case, event, "hearing_noted", now, text=text, **told_of)


async def _hold(session: AsyncSession, number: str, seen: str | None) -> tuple[Case, Meeting | None]:
    case = await record.hold(session, number, Action.MEET)
    meeting = await appointments.newest(session, case, HEARING)
    await refuse_stale(session, case, seen, mark(meeting), Action.MEET, sentence="hearing_drawn_before")
    return case, meeting


async def _wanted(session: AsyncSession, case: Case, wish: Wish, by: str, now: datetime) -> tuple[Meeting, str]:
    """Return a meeting as wished, and why there is no briefing; raises WrongFields."""
    appointments.check_times(wish.times, now)
    if not has_words(wish.place):
        raise WrongFields({"place": sentence("hearing_no_place")})
    reason = trimmed(wish.reason)
    if await briefing.is_done(session, case):
        reason = ""
    elif not reason:
        raise WrongFields({"reason": sentence("hearing_without_briefing")})
    else:
        await briefing.leave_out(session, case, reason, by=by, now=now)
    place, remark = storable(wish.place.strip()), storable(trimmed(wish.remark))
    return Meeting(case_id=case.id or 0, kind=HEARING, state="", place=place, agenda=remark, by=by, at=now), reason


async def _replace(
    session: AsyncSession, case: Case, before: Meeting | None, meeting: Meeting, now: datetime
) -> CaseEvent:
    was = str(before.state) if before else None
    if before is not None and before.state in LIVE:
        before.state = MeetingState.CANCELLED
    session.add(meeting)
    return await appointments.note(
        session, case, meeting, by=meeting.by, now=now, was=was, words=[meeting.place, meeting.agenda]
    )


def _fixed_before(before: Meeting | None) -> str:
    """Return when the hearing was to be until now."""
    return clock(before.starts_at) if before and not before.minutes else ""
