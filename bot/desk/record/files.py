"""Photos and files of a case, shown to its coordinators in the Slack thread."""

import mimetypes
from datetime import datetime
from pathlib import PurePath

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from storage.models import Attachment, Case


async def show(session: AsyncSession, case: Case, now: datetime) -> None:
    """Queue what has been downloaded for the case and isn't in the thread yet."""
    found = await session.exec(
        select(Attachment.id, Attachment.line_message_id).where(
            or_(col(Attachment.proposal_id) == case.proposal_id, col(Attachment.case_id) == case.id),
            col(Attachment.content).is_not(None),
            col(Attachment.event_id).is_(None),  # what went to them came from Slack
        )
    )
    for attachment_id, message_id in found.all():
        await outbox.put(
            session,
            dest="slack",
            conv=f"files:{case.id}",  # a file that can't be shown must not hold up the conversation
            kind="file",
            key=file_key(message_id),
            payload={"case": case.id, "attachment": attachment_id},
            now=now,
        )


async def arrived(session: AsyncSession, attachment: Attachment, now: datetime) -> None:
    """Show a file that has just been downloaded, if its case is open already."""
    case = await session.exec(
        select(Case).where(or_(col(Case.id) == attachment.case_id, col(Case.proposal_id) == attachment.proposal_id))
    )
    if found := case.first():
        await show(session, found, now)


def file_key(message_id: str) -> str:
    """Return the outbox key under which what came with a LINE message goes to Slack."""
    return f"file:{message_id}"  # not the attachment's number: SQLite gives that of a deleted one again


def shown_name(number: str, attachment: Attachment) -> str:
    """Return the name it has in Slack: no one's words, no path, and the ending of LINE's type or its own."""
    ending = mimetypes.guess_extension(attachment.media_type.partition(";")[0].strip()) or ""
    if attachment.kind == "file":
        given = PurePath(attachment.name.replace("\\", "/")).suffix
        ending = given if given[1:].isascii() and given[1:].isalnum() and len(given) <= 6 else ending
    return f"{number}-{attachment.id}{ending}"
