"""A case's reminders: what each is about, whether it still holds, and what will come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import record
from bot.desk.record.moves import kind_of
from bot.tables.reminders import Rule, rules
from storage.models import (
    Case,
    CheckIn,
    Citizen,
    Delivery,
    Hypothesis,
    Meeting,
    MeetingState,
    Nudge,
    NudgeSetting,
    PlanTask,
    Proposal,
    ProposalState,
    Stage,
    Stakeholder,
)

_TABLES: dict[str, type[SQLModel]] = {
    "meeting": Meeting,
    "hypothesis": Hypothesis,
    "plan_task": PlanTask,
    "check_in": CheckIn,
    "stakeholder": Stakeholder,
    "proposal": Proposal,
}


@dataclass(frozen=True)
class About:
    """A reminder and what it is about, as it is now."""

    nudge: Nudge
    rule: Rule | None  # None: the rule is no longer in the table
    number: str = ""
    stage: str = ""
    at: datetime | None = None  # the time of the fact
    days: int = 0  # since then
    title: str = ""  # of a task, a stakeholder's name
    place: str = ""
    subject: Any = None
    case: Case | None = None


@dataclass(frozen=True)
class Coming:
    """A case's reminders: those that will come, and which rules are stopped for it."""

    number: str
    waiting: tuple[About, ...]
    stopped: tuple[Rule, ...]
    on_line: bool = True  # False: the citizen has stopped notices, so that nothing comes on LINE


async def about(session: AsyncSession, ids: Sequence[int], now: datetime) -> list[About]:
    """Return these reminders with what they are about, in the order they were due; void ones are left out."""
    found = select(Nudge).where(col(Nudge.id).in_(ids), Nudge.status != Delivery.CANCELLED)
    rows = (await session.exec(found.order_by(col(Nudge.due_at), col(Nudge.id)))).all()
    return [await one_about(session, row, now) for row in rows]


def holds(one: About, now: datetime) -> bool:
    """Tell whether the reason of a reminder still holds. It may have waited for LINE, or for a free answer."""
    about, over = one.subject, one.rule is not None and one.rule.before is not None
    if over and one.at is not None and one.at <= now:
        return False
    if isinstance(about, Meeting):
        return about.state == MeetingState.FIXED and not about.minutes and about.starts_at == one.nudge.fact_at
    if isinstance(about, CheckIn):
        return one.case is not None and is_waiting(about, one.case)
    if isinstance(about, Hypothesis):
        return about.answered_at is None
    if isinstance(about, PlanTask):
        return about.done_at is None and about.dropped_at is None
    return not isinstance(about, Proposal) or about.state == ProposalState.DRAFT


def is_waiting(row: CheckIn, case: Case) -> bool:
    """Tell whether a case must still be asked, or whether its answer is still missing."""
    return case.stage == Stage.FOLLOW_UP and row.answered_at is None and row.dropped_at is None


async def coming(session: AsyncSession, number: str, now: datetime) -> Coming:
    """Return what will come for a case, soonest first, as it is planned now."""
    case = await record.get(session, number)
    waiting = select(Nudge).where(Nudge.case_id == case.id, Nudge.status == Delivery.NEW)
    rows = (await session.exec(waiting.order_by(col(Nudge.due_at), col(Nudge.id)))).all()
    off = select(NudgeSetting.rule).where(NudgeSetting.case_id == case.id, col(NudgeSetting.muted))
    stopped = sorted((await session.exec(off)).all())
    known, on_line = rules(), case.citizen_id is None or (await session.get_one(Citizen, case.citizen_id)).notices
    shown = [row for row in rows if row.rule in known and (on_line or row.door != "line")]
    return Coming(
        case.number,
        tuple([await one_about(session, row, now) for row in shown]),
        tuple(known[name] for name in stopped if name in known),
        on_line,
    )


async def one_about(session: AsyncSession, row: Nudge, now: datetime) -> About:
    """Return a reminder with what it is about."""
    case = await session.get(Case, row.case_id) if row.case_id is not None else None
    table = _TABLES.get(row.subject.partition(":")[0])
    subject: Any = await session.get(table, row.subject_id) if table else None
    at = getattr(subject, "starts_at", None) or row.fact_at
    return About(
        nudge=row,
        rule=rules().get(row.rule),
        number=case.number if case else "",
        stage=kind_of(case).stages[case.stage] if case else "",
        at=at,
        days=max(0, (now - at).days) if at else 0,
        title=str(getattr(subject, "title", "") or getattr(subject, "name", "") or ""),
        place=str(getattr(subject, "place", "") or ""),
        subject=subject,
        case=case,
    )
