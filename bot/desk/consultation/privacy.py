"""Erasing what a citizen told: a draft, a message taken back, or everything."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import SQLModel, col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.delivery import outbox, quota
from bot.desk.consultation.intake import proposals
from bot.desk.consultation.publishing import agreement
from bot.desk.record import files
from bot.desk.record.telling import Note
from knowledge import changes
from knowledge.entries import CASE, CONSULTATION
from knowledge.language.blanks import has_words
from storage.models import (
    AnswerPart,
    Assessment,
    Attachment,
    Case,
    CaseEvent,
    CheckIn,
    Citizen,
    Delivery,
    Evidence,
    Hypothesis,
    InboxRow,
    Meeting,
    OutboxRow,
    PartState,
    PlanTask,
    Proposal,
    ProposalState,
    Publication,
    Stakeholder,
    Unsent,
)

TAKEN_BACK = "（取り消されました）"
KEPT = timedelta(days=3 * 365)  # after closing, as the notice before consent says
DRAFT_KEPT = timedelta(days=365)  # since anything was written
AT_ONCE = 50
ERASED = "line:erased"  # the conversation of rows of whom nobody can tell any more whose they were
_OWN_WAY = ("card", "blank", "delete_file")  # these must leave: each takes words away

# What was written down about a case, and what replaces it. A row stays, for instance in the plan; its words don't.
_WORDS: dict[type[SQLModel], dict[str, Any]] = {
    Meeting: {"place": "", "agenda": "", "minutes": ""},
    Assessment: {"reason": "", "grounds": ""},
    Hypothesis: {"text": "", "words": ""},
    Stakeholder: {"name": "", "contact": "", "note": "", "role": ""},
    PlanTask: {"title": "", "owner": ""},
    CheckIn: {"words": ""},
    Publication: {"title": "", "summary": "", "body": "", "organisations": []},
}


async def forget_proposal(session: AsyncSession, proposal: Proposal) -> None:
    """Erase a proposal's words, photos and names; the row stays, so that numbers and times add up."""
    await session.exec(delete(AnswerPart).where(col(AnswerPart.proposal_id) == proposal.id))
    await session.exec(delete(Attachment).where(col(Attachment.proposal_id) == proposal.id))
    proposal.ward = proposal.party = proposal.name = proposal.contact = proposal.question = None
    proposal.skipped = {}
    if proposal.state == ProposalState.DRAFT:
        proposal.state = ProposalState.WITHDRAWN
    session.add(proposal)


async def erase(session: AsyncSession, citizen: Citizen, *, now: datetime) -> None:
    """Erase everything a citizen told and who they are on LINE; cases keep number, stages and times."""
    for proposal in (await session.exec(select(Proposal).where(Proposal.citizen_id == citizen.id))).all():
        await forget_proposal(session, proposal)
    await session.exec(delete(Attachment).where(col(Attachment.citizen_id) == citizen.id))
    # Lock the cases before the messages, as the postman does. The other order could end in a deadlock.
    cases = select(Case).where(Case.citizen_id == citizen.id).order_by(col(Case.id)).with_for_update(key_share=True)
    found = (await session.exec(cases)).all()
    for case in found:
        await _forget_case(session, case, now)
    published = await agreement.retire(session, citizen, now)
    await _forget_messages(session, now, col(OutboxRow.conv).in_(quota.conversations(citizen.id)))
    if citizen.line_user_id is not None:
        await _forget_arrivals(session, citizen.line_user_id, now)
    citizen.line_user_id = None
    session.add(citizen)
    await changes.note(session, CONSULTATION, [case.number for case in found], now=now)
    await changes.note(session, CASE, published, now=now)


async def hide_arrivals(session: AsyncSession, line_user_id: str) -> None:
    """Take a LINE id out of its finished events. Their keys stay, so that a second delivery is noticed."""
    which = and_(_came_from(line_user_id), col(InboxRow.status).not_in([Delivery.NEW, Delivery.DEAD]))
    await session.exec(update(InboxRow).where(which).values(conv=ERASED, body=b"", together=None))


async def unsend(session: AsyncSession, message_id: str, *, now: datetime) -> None:
    """Erase a message that the citizen took back, wherever it went. In its place stands that it was taken back."""
    if await session.get(Unsent, message_id) is None:
        session.add(Unsent(message_id=message_id, at=now))
    await _forget_messages(session, now, col(OutboxRow.key) == files.file_key(message_id))
    await session.exec(delete(Attachment).where(col(Attachment.line_message_id) == message_id))
    parts = (await session.exec(select(AnswerPart).where(AnswerPart.line_message_id == message_id))).all()
    for part in parts:
        await _forget_turn(session, part, now)
        await _forget_beside(session, part)
        await proposals.change_field(session, part)
        part.text, part.state = TAKEN_BACK, PartState.DROPPED
        session.add(part)
        await _tell_desk(session, part, now)


async def expire(session: AsyncSession, now: datetime) -> int:
    """Erase cases and drafts that are older than the notice promises to keep them; return how many there were."""
    told = select(AnswerPart.id).where(AnswerPart.proposal_id == Proposal.id).exists()
    over = select(Case).join(Proposal, col(Proposal.id) == Case.proposal_id)
    cases = (await session.exec(over.where(col(Case.closed_at) < now - KEPT, told).limit(AT_ONCE))).all()
    for case in cases:
        await forget_proposal(session, await session.get_one(Proposal, case.proposal_id))
        await session.exec(delete(Attachment).where(col(Attachment.case_id) == case.id))
        await _forget_case(session, case, now, "expired")
    left = select(Proposal).where(Proposal.state == ProposalState.DRAFT, col(Proposal.updated_at) < now - DRAFT_KEPT)
    drafts = (await session.exec(left.limit(AT_ONCE))).all()
    for draft in drafts:
        await forget_proposal(session, draft)
    await changes.note(session, CONSULTATION, [case.number for case in cases], now=now)
    return len(cases) + len(drafts)


async def was_unsent(session: AsyncSession, message_id: str | None) -> bool:
    """Tell whether a message was taken back before it arrived here."""
    return message_id is not None and await session.get(Unsent, message_id) is not None


async def _tell_desk(session: AsyncSession, part: AnswerPart, now: datetime) -> None:
    case = (await session.exec(select(Case).where(Case.proposal_id == part.proposal_id))).first()
    if case is None:
        return
    events = await session.exec(select(CaseEvent).where(CaseEvent.cause == part.message_key))
    for event in events.all():
        event.words = [TAKEN_BACK]
        session.add(event)
        await _forget_messages(session, now, col(OutboxRow.key).startswith(f"event:{event.id}:"))
    await outbox.redraw_card(session, case.id or 0, now)
    await outbox.tell_thread(session, case.id or 0, "unsent", f"unsent:{part.message_key}", now)
    await changes.note(session, CONSULTATION, [case.number], now=now)


async def _forget_beside(session: AsyncSession, part: AnswerPart) -> None:
    """Take a message out of the words kept with a hypothesis or a check-in, where it stands on lines of its own."""
    whose = select(Proposal.citizen_id).where(Proposal.id == part.proposal_id).scalar_subquery()
    theirs = select(Case.id).where(Case.citizen_id == whose)
    beside: list[Hypothesis | CheckIn] = []
    beside += (await session.exec(select(Hypothesis).where(col(Hypothesis.case_id).in_(theirs)))).all()
    beside += (await session.exec(select(CheckIn).where(col(CheckIn.case_id).in_(theirs)))).all()
    for row in beside if has_words(part.text) else ():
        kept = f"\n{row.words}\n".replace(f"\n{part.text.strip()}\n", f"\n{TAKEN_BACK}\n")
        row.words = kept[1:-1]
        session.add(row)


async def _forget_case(session: AsyncSession, case: Case, now: datetime, why: str = "erased") -> None:
    await session.exec(update(CaseEvent).where(col(CaseEvent.case_id) == case.id).values(words=[]))
    await session.exec(update(Evidence).where(col(Evidence.case_id) == case.id).values(text="", waived=None))
    for table, emptied in _WORDS.items():
        of_case = table.__table__.c.case_id == case.id  # type: ignore[attr-defined]  # SQLModel doesn't say so
        await session.exec(update(table).where(of_case).values(emptied))
    await _forget_messages(session, now, col(OutboxRow.conv).in_([f"case:{case.id}", f"files:{case.id}"]))
    await _forget_told_alone(session, case, now)
    if case.merged_into is not None:
        await _forget_passed_on(session, case, now)
    case.citizen_id = None
    session.add(case)
    await outbox.redraw_card(session, case.id or 0, now)
    await outbox.tell_thread(session, case.id or 0, why, f"case:{case.id}:erased", now)


async def _forget_passed_on(session: AsyncSession, case: Case, now: datetime) -> None:
    """Take the words out of the other case's thread, when this case was merged into it."""
    said = await session.exec(select(CaseEvent.id).where(CaseEvent.case_id == case.id, col(CaseEvent.by) == "citizen"))
    keys = [f"event:{event}:thread:{Note.CITIZEN_WROTE_MERGED}" for event in said.all()]
    await _forget_messages(session, now, col(OutboxRow.key).in_(keys))


async def _forget_told_alone(session: AsyncSession, case: Case, now: datetime) -> None:
    """Take back what was told about the case to members of staff and guests alone."""
    events = (await session.exec(select(CaseEvent.id).where(CaseEvent.case_id == case.id))).all()
    keys = [f"event:{event}:direct:" for event in events]
    for at in range(0, len(keys), AT_ONCE):
        await _forget_messages(session, now, or_(*map(col(OutboxRow.key).startswith, keys[at : at + AT_ONCE])))


async def _forget_turn(session: AsyncSession, part: AnswerPart, now: datetime) -> None:
    """Take a message out of an answer that repeats it. A question in an answer that still waits is asked anyway."""
    turn = (await session.exec(_locked(col(OutboxRow.key) == f"{part.message_key}:turn"))).first()
    if turn is None:
        return
    if turn.status == Delivery.NEW and part.state != PartState.DOUBTFUL:  # only a doubtful message is repeated
        turn.payload = {**turn.payload, outbox.FORGET: True}
    else:
        await outbox.take_back(session, turn, now)


async def _forget_messages(session: AsyncSession, now: datetime, which: ColumnElement[bool]) -> None:
    """Take the words out of messages: those that wait aren't sent, and those in a Slack thread are removed there."""
    for row in (await session.exec(_locked(and_(which, col(OutboxRow.kind).not_in(_OWN_WAY))))).all():
        await outbox.take_back(session, row, now)


async def _forget_arrivals(session: AsyncSession, line_user_id: str, now: datetime) -> None:
    """Empty the events of a LINE id and let none be worked on, except the one that asks for the erasure."""
    unclaimed = and_(col(InboxRow.status) == Delivery.NEW, col(InboxRow.owner).is_(None))
    which = and_(_came_from(line_user_id), or_(unclaimed, col(InboxRow.status) == Delivery.DEAD))
    await session.exec(update(InboxRow).where(which).values(status=Delivery.CANCELLED, done_at=now))
    await hide_arrivals(session, line_user_id)


def _came_from(line_user_id: str) -> ColumnElement[bool]:
    return and_(col(InboxRow.source) == "line", col(InboxRow.conv) == f"line:{line_user_id}")


def _locked(which: ColumnElement[bool]) -> SelectOfScalar[OutboxRow]:
    """Return them locked and as they are now: the postman may have just taken one that seemed to wait."""
    rows = select(OutboxRow).where(which).order_by(col(OutboxRow.id)).with_for_update()
    return rows.execution_options(populate_existing=True)
