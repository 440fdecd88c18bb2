"""Files that come with the form: recognised by their first bytes, never by their names. A bad one loses no other."""

from dataclasses import dataclass
from uuid import uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.datastructures import FormData, UploadFile

from bot.desk.talk import formats
from bot.web.problems import Problem
from storage.models import Attachment, Proposal

MOST_BYTES, MOST_FILES = 10 * 1024 * 1024, 5
FIELD = "files"
KINDS = {"image/jpeg": "image", "image/png": "image", "image/webp": "image", "application/pdf": "file"}


@dataclass(frozen=True)
class Upload:
    """A file that may be kept."""

    name: str
    media_type: str
    content: bytes


def chosen(form: FormData) -> list[UploadFile]:
    """Return the files that somebody chose; browsers send a nameless one where nothing was."""
    return [one for one in form.getlist(FIELD) if isinstance(one, UploadFile) and one.filename]


async def read(form: FormData, is_cut: bool) -> tuple[list[Upload], list[Problem]]:
    """Return the files that may be kept, and what is wrong with each of the others.

    Of a form that was cut, the last file isn't whole.
    """
    judged = [await _judged(one) for one in (chosen(form)[:-1] if is_cut else chosen(form))]
    problems = [one for one in judged if isinstance(one, Problem)]
    return [one for one in judged if isinstance(one, Upload)], problems + [Problem(FIELD, "file_total", {})] * is_cut


async def _judged(given: UploadFile) -> Upload | Problem:
    content, name = await given.read(MOST_BYTES + 1), formats.plain(given.filename or "")
    if len(content) > MOST_BYTES:
        return Problem(FIELD, "file_size", {"name": name})
    try:
        name, media_type, content = await formats.shown(name, content)
    except formats.Unreadable:
        return Problem(FIELD, "file_photo", {"name": name})
    return Upload(name, media_type, content) if media_type in KINDS else Problem(FIELD, "file_kind", {"name": name})


async def keep(session: AsyncSession, proposal: Proposal, uploads: list[Upload]) -> list[Problem]:
    """Keep files with a draft, up to its limit, and each once. Return a problem for each that has no room."""
    there = await _there(session, proposal, [upload.name for upload in uploads])
    new = [upload for upload in dict.fromkeys(uploads) if (upload.name, upload.content) not in there]
    free = max(MOST_FILES - len(await names(session, proposal)), 0)
    for upload in new[:free]:
        session.add(
            Attachment(
                citizen_id=proposal.citizen_id or 0, proposal_id=proposal.id, line_message_id=f"web:{uuid4().hex}",
                kind=KINDS[upload.media_type], name=upload.name, media_type=upload.media_type,
                size=len(upload.content), content=upload.content, created_at=proposal.updated_at,
            )
        )  # fmt: skip
    await session.flush()
    return [Problem(FIELD, "file_count", {"name": upload.name}) for upload in new[free:]]


async def names(session: AsyncSession, proposal: Proposal) -> list[str]:
    """Return the names of the files a draft has."""
    found = select(Attachment.name).where(Attachment.proposal_id == proposal.id).order_by(col(Attachment.id))
    return list((await session.exec(found)).all())


async def _there(session: AsyncSession, proposal: Proposal, named: list[str]) -> set[tuple[str, bytes | None]]:
    """Return the files of these names that a draft has: a form that is sent again brings them again."""
    found = select(Attachment.name, Attachment.content).where(Attachment.proposal_id == proposal.id)
    return set((await session.exec(found.where(col(Attachment.name).in_(named)))).all())
