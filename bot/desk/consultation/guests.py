"""People of an organisation or department who are asked into one case; they see no personal data, and nothing else.

The newest invitation in the history says what a guest is asked, and whether the five answers are shown to them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.consultation import organisations
from bot.desk.consultation.direction import hypotheses
from bot.desk.consultation.redaction import mask
from bot.desk.record import record, telling
from bot.desk.record.answers import answers
from bot.desk.record.evidence import storable
from bot.desk.record.moves import Action
from bot.desk.record.numbers import read_number
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse, who
from bot.desk.team import seats
from knowledge.language.blanks import has_words
from storage.models import Case, CaseEvent, Guest, Hypothesis, Proposal, Stage


@dataclass(frozen=True)
class Pack:
    """What a guest may see of a case."""

    number: str
    stage: Stage
    ward: str | None
    theme: str
    organisation: str
    asked: str  # what is asked of the guest
    hypothesis: Hypothesis | None
    answers: dict[str, str]  # with names, phones and addresses masked; empty unless it was ticked


async def invite(
    session: AsyncSession,
    number: str,
    *,
    guest: str,
    organisation: str,
    asked: str,
    with_answers: bool = False,
    by: str,
    now: datetime,
) -> CaseEvent:
    """Ask somebody into this case and send them what they may see. If they are asked again, they get the newest."""
    case = await record.hold(session, number, Action.INVITE)
    if guest in seats.taken(case):
        raise refuse("guest_is_team", who=who(guest))
    if not has_words(asked) or not has_words(organisation):
        raise refuse("guest_without_words")
    row = await _row(session, case, guest) or Guest(case_id=case.id or 0, slack_id=guest, by=by, at=now)
    was_there = row.id is not None and row.left_at is None
    row.organisation, row.by, row.at, row.left_at = storable(organisation.strip()), by, now, None
    session.add(row)
    event = await record.append(
        session,
        case,
        Action.INVITE,
        by=by,
        at=now,
        words=[asked],
        before={"guest": guest if was_there else None},
        after={"guest": guest, "organisation": row.organisation, "answers": with_answers},
    )
    # Somebody who invites themselves gets the message, too: it is their way in.
    await outbox.tell_person(session, guest, "guest_invited", f"event:{event.id}", now, case=case.id, guest=guest)
    organised = {"to": guest, "organisation": row.organisation, "text": asked}
    await telling.thread(session, case, event, "guest_called", now, **organised)
    await outbox.redraw_card(session, event.case_id, now)
    return event


async def pack(session: AsyncSession, number: str, guest: str) -> Pack:
    """Return what a guest may see now, or refuse: a guest who has left, and every guest of a closed case."""
    case, row = await _allowed(session, await record.get(session, number), guest)
    proposal = await session.get_one(Proposal, case.proposal_id)
    asked = await _invitation(session, case, guest)
    shown = await answers(session, proposal.id) if asked and asked.after.get("answers") else {}
    own = (proposal.name, proposal.contact)
    known = await organisations.named_in(session, list(shown.values()))
    return Pack(
        number=case.number,
        stage=Stage(case.stage),
        ward=proposal.ward,
        theme=case.theme,
        organisation=row.organisation,
        asked="".join(asked.words) if asked else "",
        hypothesis=await hypotheses.newest(session, case),
        answers={question: mask(words, own, known) for question, words in shown.items() if words},
    )


async def is_guest(session: AsyncSession, number: str, slack_id: str) -> bool:
    """Tell whether a person is asked into this case now."""
    case = (await session.exec(select(Case).where(Case.number == read_number(number)))).first()
    row = await _row(session, case, slack_id) if case else None
    return bool(case and case.stage != Stage.CLOSED and row and row.left_at is None)


async def write(session: AsyncSession, number: str, text: str, *, by: str, now: datetime) -> CaseEvent:
    """Put a guest's words before the coordinators; the citizen doesn't see them."""
    case, row = await _allowed(session, await record.hold(session, number), by)
    if not has_words(text):
        raise refuse("guest_words_empty")
    event = await record.append(
        session, case, Event.GUEST_WROTE, by=by, at=now, words=[text], after={"organisation": row.organisation}
    )
    await telling.thread(session, case, event, "guest_wrote", now, organisation=row.organisation, text=text)
    return event


async def decline(session: AsyncSession, number: str, *, by: str, now: datetime) -> CaseEvent:
    """A guest leaves of their own accord."""
    case, row = await _allowed(session, await record.hold(session, number), by)
    event = await _leave(session, case, row, by, now)
    await telling.thread(session, case, event, "guest_declined", now, organisation=row.organisation)
    return event


async def end(session: AsyncSession, number: str, *, guest: str, by: str, now: datetime) -> CaseEvent:
    """Take a guest's way in away, and thank them."""
    case = await record.hold(session, number, Action.INVITE)
    row = await _row(session, case, guest)
    if row is None or row.left_at is not None:
        raise refuse("guest_is_gone", who=who(guest))
    event = await _leave(session, case, row, by, now)
    await telling.people(session, case, event, "guest_thanked", now, [guest])
    await telling.thread(session, case, event, "guest_ended", now, to=guest, organisation=row.organisation)
    return event


async def _leave(session: AsyncSession, case: Case, row: Guest, by: str, now: datetime) -> CaseEvent:
    row.left_at = now
    session.add(row)
    event = await record.append(
        session,
        case,
        Event.GUEST_LEFT,
        by=by,
        at=now,
        before={"guest": row.slack_id},
        after={"guest": None, "organisation": row.organisation},
    )
    await outbox.redraw_card(session, event.case_id, now)
    return event


async def _allowed(session: AsyncSession, case: Case, guest: str) -> tuple[Case, Guest]:
    row = await _row(session, case, guest)
    if row is None or row.left_at is not None or case.stage == Stage.CLOSED:
        raise refuse("guest_not_invited")
    return case, row


async def _row(session: AsyncSession, case: Case, guest: str) -> Guest | None:
    found = select(Guest).where(Guest.case_id == case.id, Guest.slack_id == guest)
    return (await session.exec(found.execution_options(populate_existing=True))).first()


async def _invitation(session: AsyncSession, case: Case, guest: str) -> CaseEvent | None:
    found = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action == Action.INVITE)
    rows = (await session.exec(found.order_by(CaseEvent.id.desc()))).all()  # type: ignore[union-attr]
    return next((row for row in rows if row.after.get("guest") == guest), None)
