"""Files that go to a citizen with a reply: fetched from Slack, kept like the citizen's own, opened by a link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.record import record, telling
from bot.desk.record.record import Event
from bot.desk.record.telling import Note, Phrase, Reach
from bot.desk.talk import formats
from bot.when import TOKYO
from storage.models import Attachment, Case, CaseEvent

MOST = 3  # of one reply: each is a message of its own to the citizen
LARGEST = 10 * 1024 * 1024  # bytes; LINE shows no larger picture
OPEN_FOR = timedelta(days=30)  # days to open it; after them the address leads nowhere, even if others have learnt it
ENCLOSURE = "enclosure"  # in the payload of a reply's row: the name of the file it is about
_SENT = {"image/jpeg", "image/png", "image/gif", formats.HEIC, "application/pdf"}
_ALSO_CALLED = {"image/heif": formats.HEIC}

How = Literal["sent", "blocked", "failed"]
_RESULT: dict[How, tuple[Event, Note]] = {
    "sent": (Event.FILE_SENT, Note.FILE_SENT),
    "blocked": (Event.FILE_BLOCKED, Note.FILE_BLOCKED),
    "failed": (Event.FILE_FAILED, Note.FILE_FAILED),
}


class Why(StrEnum):
    """Why a file could not be had from Slack; each is a note of the thread."""

    GONE = Note.FILE_GONE
    TOO_LARGE = Note.FILE_TOO_LARGE
    WRONG_KIND = Note.FILE_WRONG_KIND
    NOT_ALLOWED = Note.FILE_NOT_ALLOWED
    NOT_FETCHED = Note.FILE_NOT_FETCHED  # every try failed


@dataclass(frozen=True)
class Chosen:
    """A file somebody chose in Slack: its id there, and what they call it."""

    id: str
    name: str


@dataclass(frozen=True)
class Had:
    """A file as Slack handed it over."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Shown:
    """A file without its bytes, as the citizen's page names it."""

    key: str
    name: str
    until: date


def may_be_sent(media_type: str) -> bool:
    """Tell whether files that call themselves so are sent at all."""
    return _ALSO_CALLED.get(media_type, media_type) in _SENT


async def sendable(name: str, called: str, content: bytes) -> Had | None:
    """Return a file in a form that the citizen can open, or None when it isn't what it is called."""
    media_type = formats.kind_of(content)
    if media_type not in _SENT or media_type != _ALSO_CALLED.get(called, called):
        return None
    try:
        name, media_type, content = await formats.shown(name, content)
    except formats.Unreadable:
        return None
    return Had(name, str(media_type), content)


def until(kept_at: datetime) -> date:
    """Return the last day on which a file that came then can be opened."""
    return (kept_at + OPEN_FOR).astimezone(TOKYO).date()


def key_of(event_id: int, file: str) -> str:
    """Return a name that no other file has. Neither half is ever used again, but an attachment's number may be."""
    return f"reply:{event_id}:{file}"


async def fetch(session: AsyncSession, case: Case, event: CaseEvent, files: Sequence[Chosen], now: datetime) -> None:
    """Queue the fetching of each file from Slack. The message to the citizen is queued when the file is here."""
    for file in files:
        await outbox.put(
            session,
            dest="files",
            conv=f"files:{case.id}",
            kind="fetch",
            key=f"{key_of(event.id or 0, file.id)}:fetch",
            payload={"case": case.id, "event": event.id, "file": file.id, "name": file.name},
            now=now,
        )


async def arrived(session: AsyncSession, where: Mapping[str, Any], had: Had, now: datetime) -> None:
    """Keep a file and queue it for the citizen, once; nothing where everything was erased meanwhile."""
    case, event = await _held(session, where)
    if case is None or event is None or case.citizen_id is None:
        return
    key = key_of(event.id or 0, where["file"])
    if await kept(session, key) is None:
        session.add(_attachment(case, event, key, had, now))
        await _tell(session, case, event, key, had.name, now)


def _attachment(case: Case, event: CaseEvent, key: str, had: Had, now: datetime) -> Attachment:
    return Attachment(
        citizen_id=case.citizen_id or 0, case_id=case.id, event_id=event.id, line_message_id=key,
        kind="image" if had.media_type.startswith("image/") else "file", name=had.name, media_type=had.media_type,
        size=len(had.content), content=had.content, created_at=now,
    )  # fmt: skip


async def _tell(session: AsyncSession, case: Case, event: CaseEvent, key: str, name: str, now: datetime) -> None:
    if await telling.reach(session, case) is Reach.WEB:  # it stands on their page from now on
        return await _note(session, case, event, (Event.FILE_SENT, Note.FILE_SHOWN), key, "shown", now, name=name)
    ids = {"case": case.id, "event": event.id, ENCLOSURE: key}
    return await outbox.tell_citizen(session, case.citizen_id, Phrase.REPLY, key, now, number=case.number, **ids)


async def not_had(session: AsyncSession, where: Mapping[str, Any], why: Why, now: datetime) -> None:
    """Say in the thread, once, that a file could not be had, and what to do."""
    case, event = await _held(session, where)
    if case is None or event is None or case.citizen_id is None:
        return
    key, said = key_of(event.id or 0, where["file"]), (Event.FILE_FAILED, Note(why))
    await _note(session, case, event, said, key, "not_had", now, name=str(where.get("name", "")))


async def went(session: AsyncSession, where: Mapping[str, Any], how: How, now: datetime) -> None:
    """Show in the thread what became of a file on LINE, once; called where LINE's answer is written down."""
    case, event = await _held(session, where)
    attachment = await kept(session, where[ENCLOSURE])
    if case is None or event is None or attachment is None:
        return
    await _note(session, case, event, _RESULT[how], where[ENCLOSURE], how, now, name=attachment.name)


async def kept(session: AsyncSession, key: str) -> Attachment | None:
    """Return a file that went with a reply, or None when it was erased."""
    found = select(Attachment).where(Attachment.line_message_id == key, col(Attachment.event_id).is_not(None))
    return (await session.exec(found)).first()


async def of(session: AsyncSession, case: Case) -> list[Shown]:
    """Return the files that went to the citizen of a case, oldest first."""
    found = select(Attachment.line_message_id, Attachment.name, Attachment.created_at).where(
        Attachment.case_id == case.id, col(Attachment.event_id).is_not(None)
    )
    rows = (await session.exec(found.order_by(col(Attachment.id)))).all()
    return [Shown(key, name, until(at)) for key, name, at in rows]


async def _held(session: AsyncSession, where: Mapping[str, Any]) -> tuple[Case | None, CaseEvent | None]:
    """Return the case, locked: an erasure waits for us, or has already happened."""
    found = select(Case).where(Case.id == where["case"]).with_for_update(key_share=True)
    case = (await session.exec(found.execution_options(populate_existing=True))).first()
    return case, await session.get(CaseEvent, where["event"])


async def _note(
    session: AsyncSession,
    case: Case,
    replied: CaseEvent,
    said: tuple[Event, Note],
    key: str,
    how: str,
    now: datetime,
    *,
    name: str,
) -> None:
    """Write what became of a file into the history and the thread, once."""
    cause, (what, note) = f"{key}:{how}", said
    if await record.happened(session, cause):
        return
    after = {"reply": replied.id, "file": key.rpartition(":")[2], "how": how}
    event = await record.append(session, case, what, by="system", at=now, cause=cause, after=after)
    await telling.thread(session, case, event, note, now, to=replied.by, name=name)
