"""Photos and files: LINE forgets them, so their content is fetched at once."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.consultation.privacy import was_unsent
from bot.desk.record import files
from bot.hearing.incoming import DOWNLOADED, Incoming
from bot.hearing.standing import Standing
from storage.models import Attachment


async def fetch(session: AsyncSession, standing: Standing, incoming: Incoming, now: datetime) -> None:
    """Queue the download of what came with a message; without consent nothing is kept."""
    agreed = standing.proposal is not None or standing.case is not None
    if incoming.content not in DOWNLOADED or not incoming.message_id or not agreed:
        return
    known = await session.exec(select(Attachment.id).where(Attachment.line_message_id == incoming.message_id))
    if known.first() is not None or await was_unsent(session, incoming.message_id):
        return
    attachment = Attachment(
        citizen_id=standing.citizen.id or 0,
        line_message_id=incoming.message_id,
        kind=incoming.content,
        proposal_id=standing.proposal.id if standing.proposal else None,
        case_id=standing.case.id if standing.case and not standing.proposal else None,
        name=incoming.name,
        problem=files.NOT_FETCHED if incoming.is_elsewhere else None,  # at an address that a stranger may have chosen
        created_at=now,
    )
    session.add(attachment)
    await session.flush()
    await _download(session, attachment, now)


async def _download(session: AsyncSession, attachment: Attachment, now: datetime) -> None:
    """Queue the download, or say at once that there is none."""
    key = f"content:{attachment.line_message_id}"
    if attachment.problem is None:
        payload = {"attachment": attachment.id}
        await outbox.put(session, dest="content", conv=key, kind="download", key=key, payload=payload, now=now)
    else:
        await files.given_up(session, attachment, key, now)
