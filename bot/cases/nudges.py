"""A case's reminders: what will come, and what people say to one: seen to, later, not for this case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.calendars import CENTRE
from bot.cases import record, staff
from bot.cases.moves import STAGE_LABEL
from bot.cases.record import Event
from bot.cases.refusals import refuse
from bot.cases.staff import ROLE_LABEL
from bot.rulebook import Rule, rules
from bot.when import TOKYO
from storage.models import (
    Case,
    CheckIn,
    Delivery,
    Hypothesis,
    Meeting,
    MeetingState,
    Nudge,
    NudgeSetting,
    PlanTask,
    Proposal,
    ProposalState,
    Role,
    Stage,
    Stakeholder,
)

BEGINS = time(9)
LATER = ("1h", "tomorrow", "week")  # あとで
MUTED, HANDLED = "muted", "handled"  # why a row is void
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
    rule: Rule | None  # None: the table has it no more
    number: str = ""
    stage: str = ""
    at: datetime | None = None  # the time of the fact
    days: int = 0  # since then
    title: str = ""  # of a task, a stakeholder's name
    place: str = ""
    subject: Any = None


@dataclass(frozen=True)
class Coming:
    """A case's reminders: those that wait, and which rules are stopped for it."""

    number: str
    waiting: tuple[About, ...]
    stopped: tuple[Rule, ...]


async def about(session: AsyncSession, ids: Sequence[int], now: datetime) -> list[About]:
    """Return these reminders with what they are about, in the order they were due; void ones are left out."""
    found = select(Nudge).where(col(Nudge.id).in_(ids), Nudge.status != Delivery.CANCELLED)
    rows = (await session.exec(found.order_by(col(Nudge.due_at), col(Nudge.id)))).all()
    return [await _about(session, row, now) for row in rows]


def holds(one: About, now: datetime) -> bool:
    """Whether what a reminder is about is still so: it may have waited for LINE, or for a free answer."""
    about, over = one.subject, one.rule is not None and one.rule.before is not None
    if over and one.at is not None and one.at <= now:
        return False
    if isinstance(about, Meeting):
        return about.state == MeetingState.FIXED and not about.minutes
    if isinstance(about, Hypothesis | CheckIn):
        return about.answered_at is None
    if isinstance(about, PlanTask):
        return about.done_at is None and about.dropped_at is None
    return not isinstance(about, Proposal) or about.state == ProposalState.DRAFT


async def coming(session: AsyncSession, number: str, now: datetime) -> Coming:
    """Return what will come for a case, soonest first, as it is planned now."""
    case = await record.get(session, number)
    waiting = select(Nudge).where(Nudge.case_id == case.id, Nudge.status == Delivery.NEW)
    rows = (await session.exec(waiting.order_by(col(Nudge.due_at), col(Nudge.id)))).all()
    off = select(NudgeSetting.rule).where(NudgeSetting.case_id == case.id, col(NudgeSetting.muted))
    stopped = sorted((await session.exec(off)).all())
    known = rules()
    return Coming(
        case.number,
        tuple([await _about(session, row, now) for row in rows if row.rule in known]),
        tuple(known[name] for name in stopped if name in known),
    )


async def done(session: AsyncSession, nudge_id: int, *, by: str, now: datetime) -> Nudge:
    """対応した: it isn't said again until something new calls for it; the history says who saw to it."""
    row = await _hold(session, nudge_id)
    if row.handled_at is not None:
        return row
    await _allow(session, row, by)
    row.handled_by, row.handled_at = by, now
    waits = await _waiting(session, row)
    if waits is not None:
        waits.status, waits.reason, waits.done_at = Delivery.CANCELLED, HANDLED, now
        session.add(waits)
    await _note(session, row, Event.NUDGE_DONE, by, now)
    return row


async def later(session: AsyncSession, nudge_id: int, when: str, *, by: str, now: datetime) -> Nudge:
    """あとで: the same reminder comes again in an hour, tomorrow or next week, if its reason is still there."""
    row = await _hold(session, nudge_id)
    if row.handled_at is not None:
        raise refuse("nudge_handled")
    await _allow(session, row, by)
    row = await _waiting(session, row) or row  # the repetition, where there is one
    _put(row, later_at(when, now))
    await _note(session, row, Event.NUDGE_LATER, by, now, until=row.due_at.isoformat())
    return row


async def mute(session: AsyncSession, nudge_id: int, *, by: str, now: datetime) -> Nudge:
    """この案件では不要: the rule is stopped for this case."""
    row = await _hold(session, nudge_id)
    if row.case_id is None:
        raise refuse("nudge_of_no_case")
    await _may_change(session, row.rule, by)
    await _mute(session, row.case_id, row.rule, by, now)
    row.handled_by, row.handled_at = by, now
    waits = await _waiting(session, row)
    if waits is not None:
        waits.status, waits.reason, waits.done_at = Delivery.CANCELLED, MUTED, now
        session.add(waits)
    await _note(session, row, Event.NUDGE_SET, by, now, muted=True)
    return row


async def arrange(
    session: AsyncSession,
    number: str,
    *,
    stop: Sequence[str] = (),
    resume: Sequence[str] = (),
    move: dict[int, str] | None = None,
    by: str,
    now: datetime,
) -> int:
    """Stop rules for a case, take them up again, move reminders to another day; return how many things changed.

    `move` is a day (2026-12-01) by the reminder's id; it comes when the centre opens on that day.
    """
    case = await record.hold(session, number)
    changed = 0
    for name in stop:
        await _may_change(session, name, by)
        changed += await _stop(session, case, name, by, now)
    for name in resume:
        await _may_change(session, name, by)
        changed += await _resume(session, case, name, by, now)
    for id_, day in (move or {}).items():
        changed += await _move(session, case, id_, day, by, now)
    return changed


def later_at(when: str, now: datetime) -> datetime:
    """Return when あとで is: an hour on, the next morning, or the same day of next week."""
    if when == "1h":
        return now + timedelta(hours=1)
    if when not in LATER:
        raise refuse("nudge_later_unknown")
    day = now.astimezone(TOKYO).date() + timedelta(days=1 if when == "tomorrow" else 7)
    return CENTRE.open_from(datetime.combine(day, BEGINS, TOKYO))


async def _about(session: AsyncSession, row: Nudge, now: datetime) -> About:
    case = await session.get(Case, row.case_id) if row.case_id is not None else None
    table = _TABLES.get(row.subject.partition(":")[0])
    subject: Any = await session.get(table, row.subject_id) if table else None
    at = getattr(subject, "starts_at", None) or row.fact_at
    return About(
        nudge=row,
        rule=rules().get(row.rule),
        number=case.number if case else "",
        stage=STAGE_LABEL[Stage(case.stage)] if case else "",
        at=at,
        days=max(0, (now - at).days) if at else 0,
        title=str(getattr(subject, "title", "") or getattr(subject, "name", "") or ""),
        place=str(getattr(subject, "place", "") or ""),
        subject=subject,
    )


async def _hold(session: AsyncSession, nudge_id: int) -> Nudge:
    row = await session.get(Nudge, nudge_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise refuse("nudge_gone")
    return row


async def _waiting(session: AsyncSession, row: Nudge) -> Nudge | None:
    """Return the row by which the same thing will be said next: this one, or its repetition."""
    same = select(Nudge).where(Nudge.rule == row.rule, Nudge.subject == row.subject, Nudge.status == Delivery.NEW)
    found = same.order_by(col(Nudge.occurrence).desc()).limit(1).with_for_update()
    return (await session.exec(found.execution_options(populate_existing=True))).first()


async def _allow(session: AsyncSession, row: Nudge, by: str) -> None:
    """Whoever works at the desk may say that it is seen to, or put it off."""
    if await staff.role_of(session, by) is None:
        raise refuse("nudge_not_yours")


async def _may_change(session: AsyncSession, name: str, by: str) -> None:
    rule = rules().get(name)
    if rule is None:
        raise refuse("nudge_gone")
    if await staff.role_of(session, by) not in rule.changed_by:
        roles = "".join(f"「{ROLE_LABEL[Role(role)]}」" for role in rule.changed_by)
        raise refuse("nudge_not_changed_by", what=rule.what, roles=roles)


async def _stop(session: AsyncSession, case: Case, name: str, by: str, now: datetime) -> bool:
    if not await _mute(session, case.id or 0, name, by, now):
        return False
    await _history(session, case, Event.NUDGE_SET, by, now, rule=name, muted=True)
    return True


async def _mute(session: AsyncSession, case_id: int, name: str, by: str, now: datetime, *, muted: bool = True) -> bool:
    found = select(NudgeSetting).where(NudgeSetting.case_id == case_id, NudgeSetting.rule == name).with_for_update()
    setting = (await session.exec(found.execution_options(populate_existing=True))).first()
    if setting is None:
        setting = NudgeSetting(case_id=case_id, rule=name, muted=False, by=by, at=now)
    if setting.muted == muted:
        return False
    setting.muted, setting.by, setting.at = muted, by, now
    session.add(setting)
    await session.flush()
    return True


async def _resume(session: AsyncSession, case: Case, name: str, by: str, now: datetime) -> bool:
    if not await _mute(session, case.id or 0, name, by, now, muted=False):
        return False
    await _history(session, case, Event.NUDGE_SET, by, now, rule=name, muted=False)
    return True


async def _move(session: AsyncSession, case: Case, nudge_id: int, day: str, by: str, now: datetime) -> bool:
    row = await _hold(session, nudge_id)
    if row.case_id != case.id:
        raise refuse("nudge_gone")
    at = datetime.combine(datetime.fromisoformat(day).date(), BEGINS, TOKYO)
    if row.status != Delivery.NEW or row.due_at.astimezone(TOKYO).date() == at.date():
        return False
    await _may_change(session, row.rule, by)
    if at.date() < now.astimezone(TOKYO).date():
        raise refuse("nudge_day_past")
    _put(row, at)
    await _note(session, row, Event.NUDGE_SET, by, now, until=row.due_at.isoformat())
    return True


def _put(row: Nudge, at: datetime) -> None:
    row.status, row.reason, row.done_at = Delivery.NEW, None, None
    row.due_at = row.moved_to = at


async def _note(session: AsyncSession, row: Nudge, what: Event, by: str, now: datetime, **after: Any) -> None:
    session.add(row)
    await session.flush()
    case = await session.get(Case, row.case_id) if row.case_id is not None else None
    if case is not None:
        await _history(session, case, what, by, now, rule=row.rule, **after)


async def _history(session: AsyncSession, case: Case, what: Event, by: str, now: datetime, **after: Any) -> None:
    await record.append(session, case, what, by=by, at=now, after=after)
