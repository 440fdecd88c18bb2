"""③ what each member makes of an idea, then what all conclude: 実現可能性・期待される効果・代替案の有無."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.record import evidence, record, telling
from bot.desk.record.evidence import storable
from bot.desk.record.marks import mark, refuse_stale
from bot.desk.record.moves import REQUIRED, Action
from bot.desk.record.refusals import quoted, refuse
from bot.desk.team import seats
from bot.errors import Refused
from knowledge.language.blanks import has_words, trimmed
from storage.models import Assessment, Case, CaseEvent, Stage

CRITERIA = ("feasibility", "effect", "alternatives")
LABEL = {need.key: need.label for need in REQUIRED[Stage.DIRECTION]}
LEVEL: dict[str, dict[int, str]] = {  # the best first
    "feasibility": {4: "すぐにできる", 3: "できそう", 2: "条件がそろえばできる", 1: "むずかしい"},
    "effect": {4: "大きい", 3: "期待できる", 2: "一部に期待できる", 1: "小さい"},
    "alternatives": {4: "有力な案がある", 3: "ほかの案がある", 2: "弱い案ならある", 1: "なし"},
}
NO_ALTERNATIVE = 1
JOINT = "joint"  # stands in the place of a member where all have concluded together


@dataclass(frozen=True)
class Judgement:
    """One criterion as somebody sees it. For the alternatives, `grounds` names the other ways themselves."""

    level: int  # a key of LEVEL; 0 where none was chosen
    reason: str
    grounds: str = ""


async def assess(
    session: AsyncSession, number: str, given: Mapping[str, Judgement], *, by: str, now: datetime
) -> CaseEvent | None:
    """Keep what one member makes of the criteria given. The others stay; the same again changes nothing."""
    case = await record.hold(session, number, Action.ASSESS)
    if problem := _incomplete(given):
        raise problem
    event = await _keep(session, case, given, of=by, by=by, now=now)
    if event is not None:
        waiting = waiting_for(await written(session, case), seats.taken(case))
        await telling.thread(session, case, event, "assessed" if waiting else "assessed_all", now, to=list(waiting))
    return event


async def conclude(
    session: AsyncSession,
    number: str,
    given: Mapping[str, Judgement],
    *,
    by: str,
    now: datetime,
    seen: str | None = None,
) -> CaseEvent | None:
    """Keep what all make of the criteria given: that is the stage's evidence.

    `seen` marks the conclusion that the person's modal showed. If somebody has changed it since, it isn't overwritten.
    """
    case = await record.hold(session, number, Action.ASSESS)
    rows = await written(session, case)
    last = max(of(rows, JOINT).values(), key=lambda row: row.at, default=None)
    await refuse_stale(
        session, case, seen, joint_mark(rows), sentence="joint_overtaken", by=last.noted_by if last else None
    )
    if problem := _incomplete(given):
        raise problem
    event = await _keep(session, case, given, of=JOINT, by=by, now=now)
    await evidence.store(session, case, {key: said(key, one) for key, one in given.items()}, by=by, now=now)
    if event is not None:
        told = {key: said(key, given[key]) if key in given else "" for key in CRITERIA}
        await telling.thread(session, case, event, "concluded", now, **told)
    return event


async def written(session: AsyncSession, case: Case) -> Sequence[Assessment]:
    """Return every judgement on a case, as the database has it now."""
    found = select(Assessment).where(Assessment.case_id == case.id).order_by(col(Assessment.id))
    return (await session.exec(found.execution_options(populate_existing=True))).all()


def of(rows: Sequence[Assessment], who: str) -> dict[str, Assessment]:
    """Return what one member, or JOINT, made of each criterion."""
    return {row.criterion: row for row in rows if row.by == who}


def waiting_for(rows: Sequence[Assessment], members: Sequence[str]) -> dict[str, list[str]]:
    """Return the members who haven't judged everything, each with the criteria that are left."""
    left = {member: [key for key in CRITERIA if key not in of(rows, member)] for member in members}
    return {member: keys for member, keys in left.items() if keys}


def joint_mark(rows: Sequence[Assessment]) -> str:
    """Return the mark of the conclusion; what members judge for themselves meanwhile doesn't change it."""
    return mark(*of(rows, JOINT).values())


def said(criterion: str, one: Judgement) -> str:
    """Return a judgement as evidence: the level in words, the reason, and what it rests on."""
    return "\n".join(filter(None, (LEVEL[criterion][one.level], one.reason.strip(), trimmed(one.grounds))))


async def _keep(
    session: AsyncSession, case: Case, given: Mapping[str, Judgement], *, of: str, by: str, now: datetime
) -> CaseEvent | None:
    known = {row.criterion: row for row in await written(session, case) if row.by == of}
    new = {key: one for key, one in map(_tidy, given.items()) if key not in known or _judged(known[key]) != one}
    if not new:
        return None
    event = await record.append(
        session,
        case,
        Action.ASSESS,
        by=by,
        at=now,
        words=[words for one in new.values() for words in (one.reason, one.grounds) if words],
        before={key: known[key].level for key in new if key in known},
        after={"of": of, **{key: one.level for key, one in new.items()}},
    )
    for key, one in new.items():
        row = known.get(key) or Assessment(case_id=event.case_id, criterion=key, by=of, level=one.level, at=now)
        row.level, row.reason, row.grounds, row.noted_by, row.at = one.level, one.reason, one.grounds, by, now
        session.add(row)
    await session.flush()
    await outbox.redraw_card(session, event.case_id, now)
    return event


def _tidy(item: tuple[str, Judgement]) -> tuple[str, Judgement]:
    key, one = item
    return key, Judgement(one.level, storable(one.reason.strip()), storable(trimmed(one.grounds)))


def _judged(row: Assessment) -> Judgement:
    return Judgement(row.level, row.reason, row.grounds)


def _incomplete(given: Mapping[str, Judgement]) -> Refused | None:
    if not given:
        return refuse("assess_nothing")
    if missing := [LABEL[key] for key, one in given.items() if one.level not in LEVEL[key]]:
        return refuse("assess_without_level", labels=quoted(missing))
    if missing := [LABEL[key] for key, one in given.items() if not has_words(one.reason)]:
        return refuse("assess_without_reason", labels=quoted(missing))
    other = given.get("alternatives")
    if other and other.level != NO_ALTERNATIVE and not has_words(other.grounds):
        return refuse("alternatives_without_entry")
    return None
