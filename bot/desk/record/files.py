"""Photos and files that citizens sent: shown in the case's thread, or what became of those that could not be had."""

import mimetypes
from datetime import datetime
from pathlib import PurePath
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.record.telling import Note
from bot.phrases import phrase
from storage.models import AnswerPart, Attachment, Case

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE  # bytes we keep of one; who sent more is asked for another way
TOO_LARGE, NOT_FETCHED = "too_large", "not_fetched"
# Why there is no content: a note of the thread, and the phrase of the same name tells the citizen what to do instead.
INSTEAD = {TOO_LARGE: Note.MEDIA_TOO_LARGE, NOT_FETCHED: Note.MEDIA_NOT_FETCHED}
SEVERAL = "content:set:"  # how the name of an action begins that brought several photos
WHAT = {"image": "media_image", "video": "media_video", "audio": "media_audio", "file": "media_file"}


async def show(session: AsyncSession, case: Case, now: datetime) -> None:
    """Queue for the thread what came with the case and isn't there yet: files, and which of them could not be had."""
    a = Attachment
    found = select(a.id, a.line_message_id, a.kind, a.size, a.problem).where(  # type: ignore[call-overload]
        of(case), or_(col(a.content).is_not(None), col(a.problem).is_not(None))
    )
    for attachment_id, message_id, kind, size, problem in (await session.exec(as_sent(found))).all():
        if problem is None:
            await _show(session, case, attachment_id, message_id, now)
        else:
            told = {"number": case.number, "what": kind, "size": f"{-(-size // MEGABYTE)}MB"}
            await outbox.tell_thread(session, case.id or 0, INSTEAD[problem], file_key(message_id), now, **told)


def of(case: Case) -> ColumnElement[bool]:
    """Return which attachments are the citizen's own of a case; what went to them has an event."""
    own = or_(col(Attachment.proposal_id) == case.proposal_id, col(Attachment.case_id) == case.id)
    return and_(own, col(Attachment.event_id).is_(None))


def as_sent(query: Any) -> Any:
    """Order a query of attachments as they were sent, and photos that were sent at once as they were chosen."""
    message = AnswerPart.line_message_id == Attachment.line_message_id
    sent_at = func.coalesce(AnswerPart.said_at, Attachment.created_at)
    return query.join(AnswerPart, message, isouter=True).order_by(sent_at, AnswerPart.place, Attachment.id)


async def _show(session: AsyncSession, case: Case, attachment_id: int, message_id: str, now: datetime) -> None:
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


async def given_up(session: AsyncSession, attachment: Attachment, action: str, now: datetime) -> None:
    """Tell the citizen what to do instead of a file that can't be had, once for an `action` of theirs; and the thread.

    The thread of a case that isn't open yet is told when it opens.
    """
    what = phrase("media_some" if action.startswith(SEVERAL) else WHAT.get(attachment.kind, "media_file"))
    told = {"what": what, "most": LARGEST // MEGABYTE}
    problem = INSTEAD[attachment.problem or NOT_FETCHED]
    await outbox.tell_citizen(session, attachment.citizen_id, problem, action, now, **told)
    await arrived(session, attachment, now)


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
