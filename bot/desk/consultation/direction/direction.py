"""③ 方向性: the citizen's word on a hypothesis, tapped, told on the phone, or written in their own words."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.consultation.direction import hypotheses
from bot.desk.record import evidence, record, telling
from bot.desk.record.evidence import joined
from bot.desk.record.moves import STAGE_LABEL, Action
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse
from knowledge.language.blanks import has_words
from storage.models import Audience, Case, CaseEvent, Citizen, Hypothesis, Stage, Word

UNDECIDED = (Word.TALK, Word.THINK)  # what is written next is about the hypothesis


@dataclass(frozen=True)
class Answered:
    """What became of an answer: the word that was kept, or `unknown`, `older`, `over`, `same` if nothing changed."""

    how: str
    version: int = 0  # the newest
    number: str = ""
    word: str = ""  # what is kept now


async def answer(
    session: AsyncSession, citizen: Citizen, hypothesis_id: int, word: Word, *, key: str, now: datetime
) -> Answered:
    """Keep the citizen's answer to the newest version of their own case, once per `key`; they may change their mind."""
    asked = await session.get(Hypothesis, hypothesis_id)
    case = await session.get(Case, asked.case_id) if asked else None
    if case is None or case.citizen_id != citizen.id or citizen.id is None:
        return Answered("unknown")
    case = await record.hold(session, case.number)
    newest = await hypotheses.newest(session, case)
    if newest is None or newest.id != hypothesis_id:
        return Answered("older", newest.version if newest else 0, case.number)
    if newest.answer == word or not hypotheses.is_open(newest, case):
        how = "same" if newest.answer == word else "over"
        return Answered(how, newest.version, case.number, newest.answer or "")
    before = newest.answer
    event = await _keep(session, case, newest, word, "", by="citizen", now=now, cause=key)
    await telling.thread(
        session,
        case,
        event,
        "hypothesis_answered",
        now,
        version=newest.version,
        answer=hypotheses.label(word),
        earlier=hypotheses.label(before),
    )
    return Answered(word, newest.version, case.number, word)


async def note_word(
    session: AsyncSession,
    number: str,
    word: Word,
    words: str = "",
    *,
    by: str,
    now: datetime,
    seen: int | None = None,
) -> CaseEvent | None:
    """Write down what the citizen told `by` about the newest version, on the phone or in another way."""
    case = await record.hold(session, number, Action.PROPOSE)
    newest = await hypotheses.newest(session, case)
    if newest is None:
        raise refuse("hypothesis_none")
    await hypotheses.refuse_old_version(session, case, seen, newest)
    if not hypotheses.is_open(newest, case):
        raise refuse("hypothesis_over", version=newest.version, stage=STAGE_LABEL[Stage(case.stage)])
    if newest.answer == word and not has_words(words):
        return None
    event = await _keep(session, case, newest, word, words, by=by, now=now)
    said = {"version": newest.version, "answer": hypotheses.label(word), "text": words}
    await telling.thread(session, case, event, "hypothesis_word_noted", now, **said)
    return event


async def hear(session: AsyncSession, case: Case, text: str, now: datetime) -> None:
    """Keep what the citizen writes with the version about which they want to talk or think."""
    newest = await hypotheses.newest(session, case)
    if newest and newest.answer in UNDECIDED and hypotheses.is_open(newest, case):
        newest.words = joined(newest.words, text)
        session.add(newest)
        await session.flush()
        await outbox.redraw_card(session, newest.case_id, now)


async def _keep(
    session: AsyncSession,
    case: Case,
    version: Hypothesis,
    word: Word,
    words: str,
    *,
    by: str,
    now: datetime,
    cause: str | None = None,
) -> CaseEvent:
    label = hypotheses.label(word)
    event = await record.append(
        session,
        case,
        Event.HYPOTHESIS_ANSWERED,
        by=by,
        at=now,
        cause=cause,
        audience=Audience.CITIZEN if by == "citizen" else Audience.INTERNAL,
        words=[label, *([words] if has_words(words) else [])],
        before={"answer": version.answer},
        after={"version": version.version, "answer": str(word)},
    )
    version.answer, version.answered_at, version.words = word, now, joined(version.words, words)
    session.add(version)
    # Their free words stay with the version only. There they are found when the citizen takes a message back.
    known = {hypotheses.EVIDENCE: f"第{version.version}版：{label}"}
    await evidence.store(session, case, known, by=by, now=now)
    await outbox.redraw_card(session, event.case_id, now)
    return event
