"""The words between coordinators and a citizen after the proposal is sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox, quota
from bot.desk.record import record, telling
from bot.desk.record.moves import Action, kind_of
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse, who
from bot.desk.record.telling import Note, Phrase, Reach
from bot.desk.talk import enclosures, merging, questions
from bot.desk.talk.enclosures import Chosen
from bot.desk.talk.length import units
from bot.desk.team import seats
from knowledge.language.blanks import has_words
from storage.models import Audience, Case, CaseEvent, OutboxRow

SHOWN = (Phrase.REPLY, Phrase.ASKED, Phrase.HYPOTHESIS)  # what became of these is shown in the thread
LONGEST = 5_000  # UTF-16 units of one LINE text message (LINE Messaging API, text message)

How = Literal["sent", "blocked", "failed"]
_RESULT: dict[str, tuple[Event, Note]] = {
    "sent": (Event.REPLY_SENT, Note.REPLY_SENT),
    "blocked": (Event.REPLY_BLOCKED, Note.REPLY_BLOCKED),
    "failed": (Event.REPLY_FAILED, Note.REPLY_FAILED),
}


async def reply(
    session: AsyncSession,
    number: str,
    text: str,
    *,
    by: str,
    now: datetime,
    cause: str | None = None,
    reason: str = "",
    files: Sequence[Chosen] = (),
) -> CaseEvent:
    """Send a coordinator's words to the citizen on LINE, once per `cause`; the result comes into the thread.

    Each file follows by itself: one that can't be fetched doesn't hold up the words.
    Refused without LINE, when empty, and beyond LONGEST; and from somebody who has no place beside a claimed case,
    unless they say why they stand in (代理), which is kept. It goes out even when the citizen stopped notices: they
    asked for an answer.
    """
    case = await record.hold(session, number)
    if cause and (done := await record.happened(session, cause)):
        return done
    kind_of(case).move(case.stage, Action.REPLY)
    await refuse_unsendable(session, case, text)
    if len(files) > enclosures.MOST:
        raise refuse("reply_too_many_files", most=enclosures.MOST)
    theirs = seats.owner(case, by)
    if theirs and not has_words(reason):
        raise refuse("reply_not_yours", who=who(theirs))
    event = await record.append(
        session, case, Action.REPLY, by=by, at=now, cause=cause, audience=Audience.CITIZEN, words=[text],
        after={"files": [file.id for file in files]} if files else None,
    )  # fmt: skip
    if theirs:
        await record.append(session, case, Event.STOOD_IN, by=by, at=now, words=[reason], after={"reply": event.id})
    names = [file.name for file in files]
    await send(session, case, event, Phrase.REPLY, Note.REPLY_QUEUED, now, reason if theirs else "", names)
    await enclosures.fetch(session, case, event, files, now)
    return event


async def send(
    session: AsyncSession, case: Case, event: CaseEvent, phrase: Phrase, note: Note, now: datetime, reason: str = "",
    files: Sequence[str] = (),
) -> None:  # fmt: skip
    """Queue an event's words for the citizen, under a phrase that SHOWN names, and show them in the thread."""
    text = "".join(event.words)
    shown = {**event.after, "text": text, "reason": reason, "files": list(files)}
    if await telling.reach(session, case) is Reach.WEB:  # it stands on their page from now on
        return await telling.thread(session, case, event, Note.REPLY_SHOWN, now, **shown)
    await outbox.tell_citizen(
        session,
        case.citizen_id,
        phrase,
        f"event:{event.id}",
        now,
        number=case.number,
        text=text,
        case=case.id,
        event=event.id,
    )
    return await telling.thread(session, case, event, note, now, **shown)


async def reply_went(
    session: AsyncSession, case_id: int, event_id: int, how: How, now: datetime, why: str = ""
) -> None:
    """Show in the thread what became of a reply, once; called where LINE's answer is written down.

    `why` is what LINE answered, for one that failed.
    """
    case, replied = await session.get(Case, case_id), await session.get(CaseEvent, event_id)
    cause = f"reply:{event_id}:{how}"
    if case is None or replied is None or await record.happened(session, cause):
        return
    what, note = _RESULT[how]
    after: dict[str, int | bool] = {"reply": event_id}
    if replied.action == Action.ASK and what is not Event.REPLY_SENT:
        after[questions.NOT_RECEIVED] = True
    event = await record.append(session, case, what, by="system", at=now, cause=cause, after=after)
    if replied.action == Action.PROPOSE:
        await telling.thread(session, case, event, f"hypothesis_{how}", now, **replied.after)
    else:
        await telling.thread(session, case, event, note, now, to=replied.by, text="".join(replied.words), why=why)


async def citizen_wrote(
    session: AsyncSession, case: Case, parts: Sequence[str], *, key: str, now: datetime
) -> Case | None:
    """Put what a citizen wrote after submission before the coordinators, verbatim, once per `key`.

    For a merged case the coordinators of the other are told; the words stay in the history of their own. Returns
    the case that the words may be an answer in, and None when they were put before the coordinators already.
    """
    if await record.happened(session, key):
        return None
    event = await record.append(
        session, case, Event.CITIZEN_WROTE, by="citizen", at=now, cause=key, audience=Audience.CITIZEN, words=parts
    )
    await questions.answered(session, case, key=key, now=now)
    heir = await merging.living(session, case)
    if heir is case:
        await telling.thread(session, case, event, Note.CITIZEN_WROTE, now, words=list(parts))
    else:
        await _pass_on(session, heir, case, event, now)
    return heir if heir.citizen_id == case.citizen_id else case


async def _pass_on(session: AsyncSession, heir: Case, case: Case, event: CaseEvent, now: datetime) -> None:
    """Show words in another case's thread, under the event that they are erased with."""
    after = {"merged": case.number}
    await record.append(session, heir, Event.CITIZEN_WROTE, by="citizen", at=now, cause=passed_on(event), after=after)
    await outbox.tell_thread(
        session,
        heir.id or 0,
        Note.CITIZEN_WROTE_MERGED,
        f"event:{event.id}",
        now,
        merged=case.number,
        words=list(event.words),
    )


def passed_on(event: CaseEvent) -> str:
    """Return the cause of the line in the other case's history."""
    return f"event:{event.id}:passed_on"


async def said(session: AsyncSession, citizen_id: int | None, message_id: str | None) -> bool:
    """Tell whether a message in the citizen's talk on LINE holds a coordinator's words."""
    theirs = select(OutboxRow.id).where(
        OutboxRow.dest == "line",
        col(OutboxRow.conv).in_(quota.conversations(citizen_id)),
        col(OutboxRow.kind).in_(SHOWN),
        OutboxRow.ext_id == message_id,
    )
    return message_id is not None and (await session.exec(theirs)).first() is not None


async def refuse_unsendable(session: AsyncSession, case: Case, text: str) -> None:
    """Refuse words that can't go to the citizen on LINE: the citizen isn't there, or there are no words or too many."""
    if await telling.reach(session, case) is Reach.NONE:
        raise refuse("reply_no_line")
    if not has_words(text):
        raise refuse("reply_empty")
    if units(text) > LONGEST:
        raise refuse("reply_too_long", units=f"{units(text):,}", limit=f"{LONGEST:,}")
