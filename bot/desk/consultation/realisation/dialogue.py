"""④ 対話の場: where and when those who take part talk, and who is asked to come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.hearing.appointments import check_times
from bot.desk.consultation.realisation import invitations
from bot.desk.consultation.realisation.invitations import CITIZEN, party_id
from bot.desk.consultation.realisation.realisation import cleaned, note, rewritten
from bot.desk.record import record
from bot.desk.record.marks import mark, refuse_stale
from bot.desk.record.moves import Action
from bot.desk.record.refusals import WrongFields, refuse, sentence
from bot.desk.record.telling import Phrase
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
)

DIALOGUE = MeetingKind.DIALOGUE


@dataclass(frozen=True)
class Wanted:
    """A dialogue as the coordinators want it."""

    starts_at: datetime
    place: str
    agenda: str
    invited: tuple[str, ...]  # Slack ids, "citizen", "stakeholder:17"


async def arrange(
    session: AsyncSession,
    number: str,
    wanted: Wanted,
    *,
    answers: Mapping[str, str] | None = None,
    seen: str | None = None,
    by: str,
    now: datetime,
) -> Meeting:
    """Set a dialogue, or change the coming one, and tell everybody who must know.

    `answers` are those of people the centre asks by phone, by `who`. A new time asks everybody again.
    `seen` is the mark of what the form showed.
    """
    case = await record.hold(session, number, Action.DIALOGUE)
    meeting = await current(session, case)
    asked = await invitations.of(session, meeting) if meeting else []
    await refuse_stale(session, case, seen, form_mark(meeting, asked), Action.DIALOGUE)
    wanted = Wanted(wanted.starts_at, cleaned(wanted.place), cleaned(wanted.agenda), wanted.invited)
    _check(meeting, wanted, now)
    if meeting is None:
        return await _set(session, case, wanted, by, now)
    await _change(session, case, meeting, wanted, by, now, answers or {})
    return meeting


async def cancel(session: AsyncSession, number: str, meeting_id: int, *, by: str, now: datetime) -> Meeting:
    """Call the dialogue off and tell everybody who was asked."""
    case = await record.hold(session, number, Action.DIALOGUE)
    meeting = await find(session, case, meeting_id)
    if meeting.state != MeetingState.FIXED:
        raise refuse("dialogue_gone")
    who = [one.who for one in await invitations.of(session, meeting)]
    meeting.state = MeetingState.CANCELLED
    session.add(meeting)
    event = await _note(session, case, meeting, by, now, who, before={"state": MeetingState.FIXED})
    told = await invitations.tell(
        session, case, event, who, now, Phrase.DIALOGUE_CANCELLED, when=clock(meeting.starts_at)
    )
    await invitations.say(session, case, event, meeting, who, now, "dialogue_cancelled", told)
    return meeting


async def current(session: AsyncSession, case: Case) -> Meeting | None:
    """Return the dialogue that is set and hasn't been held."""
    return next((one for one in reversed(await of(session, case)) if one.state == MeetingState.FIXED), None)


async def of(session: AsyncSession, case: Case) -> Sequence[Meeting]:
    """Return the dialogues of a case, oldest first."""
    found = select(Meeting).where(Meeting.case_id == case.id, Meeting.kind == DIALOGUE).order_by(col(Meeting.id))
    return (await session.exec(found)).all()


async def find(session: AsyncSession, case: Case, meeting_id: int) -> Meeting:
    """Return a dialogue of this case as the database has it now."""
    meeting = await session.get(Meeting, meeting_id, populate_existing=True)
    if meeting is None or meeting.case_id != case.id or meeting.kind != DIALOGUE:
        raise refuse("dialogue_gone")
    return meeting


def form_mark(meeting: Meeting | None, asked: Iterable[Invitation]) -> str:
    """Return a mark of what a form shows. The answers that people give by themselves don't change it."""
    return mark(meeting, *(one for one in asked if party_id(one.who)))


async def _set(session: AsyncSession, case: Case, wanted: Wanted, by: str, now: datetime) -> Meeting:
    meeting = Meeting(
        case_id=case.id or 0, kind=DIALOGUE, state=MeetingState.FIXED, starts_at=wanted.starts_at,
        place=wanted.place, agenda=wanted.agenda, by=by, at=now, fixed_at=now,
    )  # fmt: skip
    session.add(meeting)
    await session.flush()
    await invitations.enlist(session, meeting, wanted.invited, by, now)
    event = await _note(session, case, meeting, by, now, wanted.invited)
    told = await invitations.tell(
        session, case, event, wanted.invited, now, Phrase.DIALOGUE_INVITED, meeting=meeting.id
    )
    await invitations.say(session, case, event, meeting, wanted.invited, now, "dialogue_set", told)
    return meeting


async def _change(
    session: AsyncSession,
    case: Case,
    meeting: Meeting,
    wanted: Wanted,
    by: str,
    now: datetime,
    answers: Mapping[str, str],
) -> None:
    rows = {one.who: one for one in await invitations.of(session, meeting)}
    before = {"starts_at": _iso(meeting.starts_at), "invited": list(rows)}
    words = rewritten("place", meeting.place, wanted.place) | rewritten("agenda", meeting.agenda, wanted.agenda)
    moved, elsewhere = meeting.starts_at != wanted.starts_at, meeting.place != wanted.place
    gone, new = [who for who in rows if who not in wanted.invited], [w for w in wanted.invited if w not in rows]
    answered = {} if moved else {w: a for w, a in answers.items() if w in rows and (rows[w].answer or "") != a}
    if not (moved or elsewhere or gone or new or answered or meeting.agenda != wanted.agenda):
        return
    was = clock(meeting.starts_at)
    meeting.starts_at, meeting.place, meeting.agenda = wanted.starts_at, wanted.place, wanted.agenda
    session.add(meeting)
    for who, row in rows.items():
        if who in gone:
            await session.delete(row)
        elif moved or who in answered:
            row.answer, row.answered_at = (None, None) if moved else (answered[who] or None, now)
            session.add(row)
    await session.flush()
    await invitations.enlist(session, meeting, new, by, now)
    if moved and by in rows and by not in gone:
        rows[by].answer, rows[by].answered_at = Answer.YES, now  # the person who sets the time comes, too
    event = await _note(session, case, meeting, by, now, wanted.invited, before=before, words=words, answers=answered)
    stay = [who for who in rows if who not in gone] if moved or elsewhere else []
    told = await invitations.tell(session, case, event, new, now, Phrase.DIALOGUE_INVITED, meeting=meeting.id)
    told = await invitations.tell(session, case, event, stay, now, Phrase.DIALOGUE_CHANGED, meeting=meeting.id) or told
    await invitations.tell(session, case, event, gone, now, Phrase.DIALOGUE_UNINVITED, when=clock(meeting.starts_at))
    if moved or elsewhere:
        await invitations.say(session, case, event, meeting, wanted.invited, now, "dialogue_moved", told, was=was)
    elif new or gone:
        await invitations.say(session, case, event, meeting, new, now, "dialogue_others", told)


async def _note(
    session: AsyncSession,
    case: Case,
    meeting: Meeting,
    by: str,
    now: datetime,
    who: Sequence[str],
    *,
    before: Mapping[str, object] | None = None,
    words: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> CaseEvent:
    after = {
        "meeting": meeting.id,
        "state": meeting.state,
        "starts_at": _iso(meeting.starts_at),
        "invited": list(who),
        **({"answers": dict(answers)} if answers else {}),
    }
    said = {"place": meeting.place, "agenda": meeting.agenda} if words is None else words
    audience = Audience.CITIZEN if CITIZEN in who and words is None else Audience.INTERNAL
    return await note(
        session, case, Action.DIALOGUE, by=by, now=now, before=before, after=after, words=said, audience=audience
    )


def _check(meeting: Meeting | None, wanted: Wanted, now: datetime) -> None:
    if meeting is None or meeting.starts_at != wanted.starts_at:
        check_times({"starts": wanted.starts_at}, now)
    if not wanted.place:
        raise WrongFields({"detail": sentence("dialogue_without_place")})


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
