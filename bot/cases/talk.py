"""The words between coordinators and a citizen after the proposal is sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import record, telling
from bot.cases.moves import Action, move
from bot.cases.record import Event
from bot.cases.refusals import refuse
from bot.cases.telling import Note, Phrase, Reach
from bot.delivery import outbox
from storage.models import Audience, Case, CaseEvent, Stage

LONGEST = 5_000  # UTF-16 units of one LINE text message (LINE Messaging API, text message)

How = Literal["sent", "blocked", "failed"]
_RESULT: dict[str, tuple[Event, Note]] = {
    "sent": (Event.REPLY_SENT, Note.REPLY_SENT),
    "blocked": (Event.REPLY_BLOCKED, Note.REPLY_BLOCKED),
    "failed": (Event.REPLY_FAILED, Note.REPLY_FAILED),
}


async def reply(
    session: AsyncSession, number: str, text: str, *, by: str, now: datetime, cause: str | None = None
) -> CaseEvent:
    """Send a coordinator's words to the citizen on LINE, once per `cause`; the result comes into the thread.

    Refused without LINE, when empty, and beyond LONGEST. It goes out even when the citizen stopped notices:
    they asked for an answer.
    """
    case = await record.hold(session, number)
    if cause and (done := await record.happened(session, cause)):
        return done
    move(Stage(case.stage), Action.REPLY)
    await _refuse_unsendable(session, case, text)
    event = await record.append(
        session, case, Action.REPLY, by=by, at=now, cause=cause, audience=Audience.CITIZEN, words=[text]
    )
    await outbox.tell_citizen(
        session,
        case.citizen_id,
        Phrase.REPLY,
        f"event:{event.id}",
        now,
        number=case.number,
        text=text,
        case=case.id,
        event=event.id,
    )
    await telling.thread(session, case, event, Note.REPLY_QUEUED, now, text=text)
    return event


async def reply_went(session: AsyncSession, case_id: int, event_id: int, how: How, now: datetime) -> None:
    """Show in the thread what became of a reply, once; called where LINE's answer is written down."""
    case, replied = await session.get(Case, case_id), await session.get(CaseEvent, event_id)
    cause = f"reply:{event_id}:{how}"
    if case is None or replied is None or await record.happened(session, cause):
        return
    what, note = _RESULT[how]
    event = await record.append(session, case, what, by="system", at=now, cause=cause, after={"reply": event_id})
    await telling.thread(session, case, event, note, now, to=replied.by, text="".join(replied.words))


async def citizen_wrote(
    session: AsyncSession, case: Case, parts: Sequence[str], *, key: str, now: datetime
) -> CaseEvent:
    """Put what a citizen wrote after submission before the coordinators, verbatim, once per `key`."""
    if done := await record.happened(session, key):
        return done
    event = await record.append(
        session, case, Event.CITIZEN_WROTE, by="citizen", at=now, cause=key, audience=Audience.CITIZEN, words=parts
    )
    await telling.thread(session, case, event, Note.CITIZEN_WROTE, now, words=list(parts))
    return event


def units(text: str) -> int:
    """Count a text as LINE does: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


async def _refuse_unsendable(session: AsyncSession, case: Case, text: str) -> None:
    if await telling.reach(session, case) is Reach.NONE:
        raise refuse("reply_no_line")
    if not text.strip():
        raise refuse("reply_empty")
    if units(text) > LONGEST:
        raise refuse("reply_too_long", units=f"{units(text):,}", limit=f"{LONGEST:,}")
