"""⑤ the answers to a check-in: on LINE, on the phone, and the citizen's own words after an answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.consultation.follow_up import follow_up
from bot.desk.record import evidence, record, telling
from bot.desk.record.evidence import joined
from bot.desk.record.moves import Action
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse
from bot.desk.record.telling import Phrase
from bot.phrases import phrase
from bot.when import day
from knowledge.language.blanks import has_words
from storage.models import Audience, Case, CaseEvent, CheckIn, Citizen, HowItGoes, Stage

LISTENS = timedelta(days=3)  # for so long after an answer the citizen's messages are kept with it, too
_LABEL = {HowItGoes.FINE: "how_fine", HowItGoes.TROUBLE: "how_trouble", HowItGoes.OVER: "how_over"}


@dataclass(frozen=True)
class Answered:
    """What became of an answer: the one that was kept; or `unknown`, `older`, `past`, `same`, where nothing changed."""

    how: str
    number: str = ""
    kept: str = ""  # the answer that stands now


async def answer(
    session: AsyncSession, citizen: Citizen, check_in_id: int, how: HowItGoes, *, key: str, now: datetime
) -> Answered:
    """Keep the citizen's answer on their own case; 困りごと takes it back to ④ at once, with the same pair."""
    row = await session.get(CheckIn, check_in_id)
    case = await session.get(Case, row.case_id) if row else None
    if row is None or case is None or citizen.id is None or case.citizen_id != citizen.id:
        return Answered("unknown")
    case = await record.hold(session, case.number)
    rows = follow_up.current(await follow_up.planned(session, case))
    if row.answer == how:
        return Answered("same", case.number, row.answer)
    if case.stage != Stage.FOLLOW_UP or row not in rows or row.dropped_at is not None:
        return Answered("past", case.number, row.answer or "")
    if any(one.asked_at and one.months > row.months for one in rows):
        return Answered("older", case.number, row.answer or "")
    await _keep(session, case, row, how, "", by="citizen", now=now, cause=key)
    return Answered(how, case.number, how)


async def note_answer(
    session: AsyncSession, number: str, check_in_id: int, how: HowItGoes, words: str = "", *, by: str, now: datetime
) -> CaseEvent:
    """Write down what the citizen told `by`, on the phone or in another way."""
    case = await record.hold(session, number, Action.CHECK_IN)
    rows = follow_up.current(await follow_up.planned(session, case))
    row = next((one for one in rows if one.id == check_in_id and one.dropped_at is None), None)
    if row is None:
        raise refuse("check_in_none")
    return await _keep(session, case, row, how, words, by=by, now=now)


async def open_for(session: AsyncSession, citizen_id: int | None) -> CheckIn | None:
    """Return what this citizen was asked last, while their case is in ⑤."""
    found = await session.exec(
        select(CheckIn)
        .join(Case, col(Case.id) == CheckIn.case_id)
        .where(Case.citizen_id == citizen_id, Case.stage == Stage.FOLLOW_UP)
        .where(col(CheckIn.asked_at).is_not(None), col(CheckIn.dropped_at).is_(None))
        .order_by(col(CheckIn.asked_at).desc(), col(CheckIn.id).desc())
    )
    return found.first()


async def hear(session: AsyncSession, case: Case, text: str, now: datetime) -> None:
    """Keep what the citizen writes after an answer together with it, too."""
    answered = [row for row in await follow_up.planned(session, case) if row.answered_at]
    row = max(answered, key=lambda one: (one.answered_at or now, one.months), default=None)
    if row and row.answered_at and now - row.answered_at < LISTENS:
        row.words = joined(row.words, text)
        session.add(row)
        await session.flush()
        await outbox.redraw_card(session, row.case_id, now)


def label(how: str | None) -> str:
    """Return an answer in the citizen's words, such as 順調."""
    return phrase(_LABEL[HowItGoes(how)]) if how else ""


async def _keep(
    session: AsyncSession,
    case: Case,
    row: CheckIn,
    how: HowItGoes,
    words: str,
    *,
    by: str,
    now: datetime,
    cause: str | None = None,
) -> CaseEvent:
    event = await record.append(
        session,
        case,
        Event.CHECK_IN_ANSWERED,
        by=by,
        at=now,
        cause=cause,
        audience=Audience.CITIZEN if by == "citizen" else Audience.INTERNAL,
        words=[label(how), *([words] if has_words(words) else [])],
        before={"answer": row.answer},
        after={"months": row.months, "answer": str(how)},
    )
    row.answer, row.answered_at, row.words = how, now, joined(row.words, words)
    session.add(row)
    await session.flush()
    await evidence.store(session, case, {follow_up.EVIDENCE: await _result(session, case)}, by=by, now=now)
    await outbox.redraw_card(session, event.case_id, now)
    said = {"months": row.months, "text": words, "to": "" if by == "citizen" else by}
    await telling.thread(session, case, event, f"check_in_{how}", now, **said)
    if how is HowItGoes.OVER:
        await follow_up.drop(session, case, now)
    if how is HowItGoes.TROUBLE:
        await _reopen(session, case, by, now)
    return event


async def _reopen(session: AsyncSession, case: Case, by: str, now: datetime) -> None:
    """Take it back to ④. A citizen who has just tapped reads of it in the answer to the tap."""
    event = await follow_up.go_back(session, case, by=by, now=now)
    if by != "citizen":
        await telling.citizen(session, case, event, Phrase.REOPENED, now)


async def _result(session: AsyncSession, case: Case) -> str:
    """What was answered in this round, a line each; free words stay beside the answers."""
    rows = follow_up.current(await follow_up.planned(session, case))
    answered = [(row, row.answered_at) for row in rows if row.answered_at]
    return "\n".join(f"{row.months}か月後：{label(row.answer)}（{day(at)}）" for row, at in answered)
