"""Photos and files: LINE forgets them, so their content is fetched at once."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.consultation.privacy import was_unsent
from bot.desk.record import files
from bot.hearing.content import DOWNLOADED
from bot.hearing.incoming import Incoming
from bot.hearing.standing import Standing
from storage.models import Attachment, Proposal


async def fetch(session: AsyncSession, standing: Standing, incoming: Incoming, now: datetime) -> None:
    """Queue the download of what came with a message; without consent nothing is kept."""
    if standing.proposal is not None:
        await fetch_of(session, standing.proposal, incoming, now)
    elif standing.case is not None:
        await _fetch(session, incoming, now, citizen_id=standing.citizen.id, case_id=standing.case.id)


async def fetch_of(session: AsyncSession, proposal: Proposal, incoming: Incoming, now: datetime) -> None:
    """Queue the download of what belongs to a proposal, wherever the citizen stands by now."""
    await _fetch(session, incoming, now, citizen_id=proposal.citizen_id, proposal_id=proposal.id)


async def _fetch(
    session: AsyncSession,
    incoming: Incoming,
    now: datetime,
    *,
    citizen_id: int | None,
    proposal_id: int | None = None,
    case_id: int | None = None,
) -> None:
    if incoming.content not in DOWNLOADED or not incoming.message_id:
        return
    known = await session.exec(select(Attachment.id).where(Attachment.line_message_id == incoming.message_id))
    if known.first() is not None or await was_unsent(session, incoming.message_id):
        return
    attachment = Attachment(
        citizen_id=citizen_id or 0,
        line_message_id=incoming.message_id,
        kind=incoming.content,
        proposal_id=proposal_id,
        case_id=case_id,
        name=incoming.name,
        problem=files.NOT_FETCHED if incoming.is_elsewhere else None,  # at an address that a stranger may have chosen
        created_at=now,
    )
    session.add(attachment)
    await session.flush()
    await _download(session, attachment, incoming.action, now)


async def _download(session: AsyncSession, attachment: Attachment, action: str, now: datetime) -> None:
    """Queue the download, or say at once that there is none. What was sent at once is fetched in its order."""
    key = f"content:{attachment.line_message_id}"
    conv = f"{files.SEVERAL}{attachment.citizen_id}:{action}" if action else key
    if attachment.problem is None:
        payload = {"attachment": attachment.id}
        await outbox.put(session, dest="content", conv=conv, kind="download", key=key, payload=payload, now=now)
    else:
        await files.given_up(session, attachment, conv, now)
