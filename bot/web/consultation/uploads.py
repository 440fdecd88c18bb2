"""Files that come with the form: recognised by their first bytes, never by their names."""

from dataclasses import dataclass
from uuid import uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.datastructures import FormData, UploadFile

from bot.web.problems import Problem
from storage.models import Attachment, Proposal

MOST_BYTES, MOST_FILES = 10 * 1024 * 1024, 5
FIELD = "files"
KINDS = {
    "image/jpeg": (b"\xff\xd8\xff", "image"),
    "image/png": (b"\x89PNG\r\n\x1a\n", "image"),
    "application/pdf": (b"%PDF-", "file"),
}


@dataclass(frozen=True)
class Upload:
    """A file that may be kept."""

    name: str
    media_type: str
    kind: str
    content: bytes


async def read(form: FormData) -> tuple[list[Upload], list[Problem]]:
    """Return the files that may be kept, and what is wrong with the others."""
    found: list[Upload] = []
    problems: list[Problem] = []
    for given in form.getlist(FIELD):
        if not isinstance(given, UploadFile) or not given.filename:
            continue
        content, name = await given.read(MOST_BYTES + 1), given.filename[-120:]
        media_type = sniffed(content)
        if len(content) > MOST_BYTES:
            problems.append(Problem(FIELD, "file_size", {"name": name}))
        elif media_type is None:
            problems.append(Problem(FIELD, "file_kind", {"name": name}))
        else:
            found.append(Upload(name, media_type, KINDS.get(media_type, (b"", "image"))[1], content))
    return found, problems


def sniffed(content: bytes) -> str | None:
    """Return what a file is by its first bytes, or None for what isn't taken."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for media_type, (begins, _) in KINDS.items() if content.startswith(begins)), None)


async def keep(session: AsyncSession, proposal: Proposal, uploads: list[Upload]) -> list[Problem]:
    """Keep files with a draft, up to its limit. Return the names of the others as problems."""
    free = MOST_FILES - len(await names(session, proposal))
    for upload in uploads[: max(free, 0)]:
        session.add(
            Attachment(
                citizen_id=proposal.citizen_id or 0, proposal_id=proposal.id, line_message_id=f"web:{uuid4().hex}",
                kind=upload.kind, name=upload.name, media_type=upload.media_type, size=len(upload.content),
                content=upload.content, created_at=proposal.updated_at,
            )
        )  # fmt: skip
    await session.flush()
    return [Problem(FIELD, "file_count", {})] if len(uploads) > free else []


async def names(session: AsyncSession, proposal: Proposal) -> list[str]:
    """Return the names of the files a draft has."""
    found = select(Attachment.name).where(Attachment.proposal_id == proposal.id).order_by(col(Attachment.id))
    return list((await session.exec(found)).all())
