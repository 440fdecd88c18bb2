"""終了する: a case ends, with what was learnt from it."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.publishing import publication
from bot.desk.record import evidence as facts
from bot.desk.record import record, telling
from bot.desk.record.kinds import Requirement
from bot.desk.record.moves import REQUIRED, Action
from bot.desk.record.record import Event
from bot.desk.record.refusals import quoted, refuse
from bot.desk.record.telling import Note, Phrase
from knowledge.language.blanks import has_words, trimmed
from storage.models import Audience, Case, Stage

_CHECK_IN = REQUIRED[Stage.FOLLOW_UP]


async def close(
    session: AsyncSession,
    number: str,
    *,
    reason: str | None,
    learnings: str = "",
    methods: str = "",
    partners: str = "",
    by: str,
    now: datetime,
    evidence: Mapping[str, str] | None = None,
) -> Case:
    """End a case: from ⑤ with its check-in, or at any time with a reason. Only staff see what is written here.

    What was learnt, the methods and the partners begin the draft of an entry of the case library.
    """
    case = await record.hold(session, number, Action.CLOSE)
    await facts.store(session, case, evidence or {}, by=by, now=now)
    why = trimmed(reason or "")
    missing = await _missing(session, case)
    if missing and not why:
        raise refuse("close_early", missing=quoted([need.label for need in missing]))
    if missing and case.stage == Stage.FOLLOW_UP:
        await facts.waive(session, case, missing, why, by=by, now=now)
    event = await record.change(session, case, Action.CLOSE, by=by, at=now, audience=Audience.CITIZEN)
    learnt = {"learnings": learnings, "methods": methods, "partners": partners}
    draft = await publication.begin(session, case, **learnt, by=by, now=now)
    said = {"reason": why, "learnings": learnings} | {key: words for key, words in learnt.items() if has_words(words)}
    await record.append(
        session, case, Event.REASON, by=by, at=now, words=list(said.values()), after={"said": list(said)}
    )
    told = await telling.citizen(session, case, event, Phrase.CLOSED, now)
    await telling.thread(session, case, event, Note.CLOSED, now, **said, told=told, drafted=draft is not None)
    return case


async def _missing(session: AsyncSession, case: Case) -> list[Requirement]:
    return await facts.lacking(session, case) if case.stage == Stage.FOLLOW_UP else list(_CHECK_IN)
