"""Who is asked to a dialogue, and what they answer: staff in Slack, the citizen on LINE, parties by phone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation.realisation import note
from bot.desk.record import record, telling
from bot.desk.record.moves import MOVES, Action
from bot.desk.record.refusals import sentence
from bot.desk.record.telling import AGREED, Phrase
from bot.errors import Refused
from bot.when import clock
from storage.models import (
    Answer,
    Audience,
    Case,
    CaseEvent,
    Invitation,
    Meeting,
    MeetingKind,
    MeetingState,
    Stage,
    Stakeholder,
)

CITIZEN = "citizen"
_PARTY = "stakeholder:"
_HEARD = {
    Answer.YES: "dialogue_citizen_yes",
    Answer.NO: "dialogue_citizen_no",
    Answer.MAYBE: "dialogue_citizen_maybe",
}


class OutOfDate(Refused):
    """An invitation that can't be answered any more; `why` is gone, moved or uninvited."""

    def __init__(self, why: str) -> None:
        super().__init__(sentence(f"dialogue_{why}"))
        self.why = why


async def of(session: AsyncSession, meeting: Meeting) -> list[Invitation]:
    """Return who was asked, in the order they were."""
    found = select(Invitation).where(Invitation.meeting_id == meeting.id).order_by(col(Invitation.id))
    return list((await session.exec(found.execution_options(populate_existing=True))).all())


async def enlist(session: AsyncSession, meeting: Meeting, who: Iterable[str], by: str, now: datetime) -> None:
    """Put people on the list. The person who sets the dialogue counts as coming."""
    for one in who:
        answer = Answer.YES if one == by else None
        answered_at = now if answer else None
        session.add(Invitation(meeting_id=meeting.id or 0, who=one, answer=answer, at=now, answered_at=answered_at))
    await session.flush()


async def tell(
    session: AsyncSession,
    case: Case,
    event: CaseEvent,
    who: Sequence[str],
    now: datetime,
    phrase: Phrase,
    **about: object,
) -> bool | None:
    """Tell each of the staff alone, and the citizen on LINE. Return whether the citizen hears; None: not asked."""
    await telling.people(session, case, event, phrase, now, staff_of(who), **about)
    if CITIZEN not in who:
        return None
    return await telling.citizen(session, case, event, phrase, now, through=AGREED, **about)


async def say(
    session: AsyncSession,
    case: Case,
    event: CaseEvent,
    meeting: Meeting,
    who: Sequence[str],
    now: datetime,
    note: str,
    told: bool | None,
    **values: object,
) -> None:
    """Tell the thread, with the parties that somebody must tell by phone or mail."""
    shown = {"when": clock(meeting.starts_at), "place": meeting.place, "agenda": meeting.agenda, **values}
    told_so = {} if told is None else {"told": told}
    await telling.thread(session, case, event, note, now, outside=await _outside(session, who), **shown, **told_so)


async def answer(
    session: AsyncSession,
    number: str,
    meeting_id: int,
    answer: Answer,
    *,
    stamp: str,
    by: str,
    now: datetime,
    cause: str | None = None,
) -> Meeting:
    """Write down the answer of somebody (a Slack id, or "citizen"); `stamp` marks the time about which they were asked.

    Raises OutOfDate; the same answer again changes nothing.
    """
    case = await record.hold(session, number)
    meeting = await session.get(Meeting, meeting_id, populate_existing=True)
    row = await _asked(session, meeting, by) if meeting and meeting.case_id == case.id else None
    if meeting is None or (Stage(case.stage), Action.DIALOGUE) not in MOVES or meeting.state != MeetingState.FIXED:
        raise OutOfDate("gone")
    if row is None:
        raise OutOfDate("uninvited")
    if stamp != stamp_of(meeting):
        raise OutOfDate("moved")
    if row.answer != answer:
        await _answered(session, case, meeting, row, answer, by, now, cause)
    return meeting


async def open_for(session: AsyncSession, citizen_id: int | None, now: datetime) -> tuple[Case, Meeting] | None:
    """Return the coming dialogue a citizen was asked to last, with its case."""
    found = (
        select(Case, Meeting)
        .join(Meeting, col(Meeting.case_id) == Case.id)
        .join(Invitation, col(Invitation.meeting_id) == Meeting.id)
        .where(Case.citizen_id == citizen_id, Invitation.who == CITIZEN, Meeting.kind == MeetingKind.DIALOGUE)
        .where(Meeting.state == MeetingState.FIXED, col(Meeting.starts_at) > now)
        .order_by(col(Meeting.id).desc())
    )
    return (await session.exec(found)).first()


def stamp_of(meeting: Meeting) -> str:
    """Return a mark of the time about which people are asked. An answer to another time doesn't count."""
    return str(int(meeting.starts_at.timestamp())) if meeting.starts_at else ""


def party(party_id: int | None) -> str:
    """Return how a party is named among the invited."""
    return f"{_PARTY}{party_id}"


def party_id(who: str) -> int | None:
    """Return the id of an invited party; None for people and the citizen."""
    return int(who.removeprefix(_PARTY)) if who.startswith(_PARTY) else None


def staff_of(who: Iterable[str]) -> list[str]:
    """Return the Slack ids among the invited."""
    return [one for one in who if one != CITIZEN and not one.startswith(_PARTY)]


async def _asked(session: AsyncSession, meeting: Meeting, who: str) -> Invitation | None:
    return next((one for one in await of(session, meeting) if one.who == who), None)


async def _answered(
    session: AsyncSession,
    case: Case,
    meeting: Meeting,
    row: Invitation,
    answer: Answer,
    by: str,
    now: datetime,
    cause: str | None,
) -> None:
    was, row.answer, row.answered_at = row.answer, answer, now
    session.add(row)
    event = await note(
        session,
        case,
        Action.DIALOGUE,
        by=by,
        now=now,
        cause=cause,
        before={"meeting": meeting.id, "answer": was},
        after={"meeting": meeting.id, "answer": str(answer)},
        audience=Audience.CITIZEN if by == CITIZEN else Audience.INTERNAL,
    )
    if by == CITIZEN:
        await telling.thread(session, case, event, _HEARD[answer], now)


async def _outside(session: AsyncSession, who: Iterable[str]) -> list[str]:
    ids = [found for one in who if (found := party_id(one)) is not None]
    rows = await session.exec(select(Stakeholder).where(col(Stakeholder.id).in_(ids)).order_by(col(Stakeholder.id)))
    return [row.name for row in rows.all()]
