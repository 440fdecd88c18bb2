"""Erasing what a citizen told: a draft, a message taken back, or everything."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import files
from bot.delivery import outbox
from storage.models import (
    AnswerPart,
    Attachment,
    Case,
    CaseEvent,
    Citizen,
    Delivery,
    Evidence,
    OutboxRow,
    PartState,
    Proposal,
    ProposalState,
    Unsent,
)

TAKEN_BACK = "（取り消されました）"


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
    for case in (await session.exec(select(Case).where(Case.citizen_id == citizen.id))).all():
        await _forget_case(session, case, now)
    ours = [f"line:{citizen.id}", f"line:{citizen.id}:news"]
    await _forget_messages(session, now, col(OutboxRow.conv).in_(ours))
    citizen.line_user_id = None
    session.add(citizen)


async def unsend(session: AsyncSession, message_id: str, *, now: datetime) -> None:
    """Erase a message the citizen took back, wherever it went; its place says so."""
    if await session.get(Unsent, message_id) is None:
        session.add(Unsent(message_id=message_id, at=now))
    held = select(Attachment.id).where(col(Attachment.line_message_id) == message_id)
    keys = [files.file_key(found) for found in (await session.exec(held)).all()]
    await _forget_messages(session, now, col(OutboxRow.key).in_(keys))
    await session.exec(delete(Attachment).where(col(Attachment.line_message_id) == message_id))
    parts = (await session.exec(select(AnswerPart).where(AnswerPart.line_message_id == message_id))).all()
    for part in parts:
        part.text, part.state = TAKEN_BACK, PartState.DROPPED
        session.add(part)
        await _tell_desk(session, part, now)


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


async def _forget_case(session: AsyncSession, case: Case, now: datetime) -> None:
    await session.exec(update(CaseEvent).where(col(CaseEvent.case_id) == case.id).values(words=[]))
    await session.exec(update(Evidence).where(col(Evidence.case_id) == case.id).values(text="", waived=None))
    await _forget_messages(session, now, col(OutboxRow.conv).in_([f"case:{case.id}", f"files:{case.id}"]))
    case.citizen_id = None
    session.add(case)
    await outbox.redraw_card(session, case.id or 0, now)
    await outbox.tell_thread(session, case.id or 0, "erased", f"case:{case.id}:erased", now)


async def _forget_messages(session: AsyncSession, now: datetime, which: ColumnElement[bool]) -> None:
    """Take the words out of messages: what waited isn't sent, what stands in a Slack thread is blanked there."""
    rows = (await session.exec(select(OutboxRow).where(which, OutboxRow.kind != "card"))).all()
    for row in rows:
        row.payload = {k: v for k, v in row.payload.items() if k in ("case", "say", "citizen", "attachment")}
        if row.status == Delivery.NEW:
            row.status = Delivery.CANCELLED
        elif row.kind == "thread" and row.ext_id:
            await outbox.put(
                session,
                dest="slack",
                conv=row.conv,
                kind="blank",
                key=f"blank:{row.id}",
                payload={"case": row.payload["case"], "ts": row.ext_id},
                now=now,
            )
        elif row.kind == "file" and row.ext_id:
            await outbox.put(
                session,
                dest="slack",
                conv=row.conv,
                kind="delete_file",
                key=f"delete_file:{row.id}",
                payload={"case": row.payload["case"], "file": row.ext_id},
                now=now,
            )
        session.add(row)
