"""What people do with a case's reminders: seen to, later, not for this case, at another time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.day import nudges
from bot.desk.record import record
from bot.desk.record.record import Event
from bot.desk.record.refusals import WrongFields, refuse, sentence
from bot.desk.team import staff
from bot.desk.team.staff import ROLE_LABEL
from bot.tables.calendars import CALENDARS, CENTRE
from bot.tables.reminders import rules
from bot.when import TOKYO, clock
from storage.models import Case, Delivery, Nudge, NudgeSetting, Role

BEGINS = time(9)
LATER = ("1h", "tomorrow", "week")  # あとで
MUTED, HANDLED, SKIPPED = "muted", "handled", "skipped"  # why a row is void


async def done(session: AsyncSession, nudge_id: int, *, by: str, now: datetime) -> Nudge:
    """対応した: the reminder isn't said again until something new calls for it. The history says who did it."""
    row = await _hold(session, nudge_id)
    if row.handled_at is not None:
        return row
    await _allow(session, row, by)
    row.handled_by, row.handled_at = by, now
    waits = await _waiting(session, row)
    if waits is not None:
        session.add(void(waits, HANDLED, now))
    await _note(session, row, Event.NUDGE_DONE, by, now)
    return row


async def later(session: AsyncSession, nudge_id: int, when: str, *, by: str, now: datetime) -> Nudge:
    """あとで: the same reminder comes again in an hour, tomorrow or next week, if its reason is still there."""
    row = await _hold(session, nudge_id)
    if row.handled_at is not None:
        raise refuse("nudge_handled")
    await _allow(session, row, by)
    row = await _waiting(session, row) or row  # the repetition, where there is one
    _put(row, later_at(when, now, await record.ward_of(session, row.case_id)))
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
        session.add(void(waits, MUTED, now))
    await _note(session, row, Event.NUDGE_SET, by, now, muted=True)
    return row


async def skip(session: AsyncSession, nudge_id: int, *, by: str, now: datetime) -> Nudge:
    """Leave one reminder out; the next of its kind comes as usual."""
    row = void(await _hold_waiting(session, nudge_id), SKIPPED, now)
    await _note(session, row, Event.NUDGE_SET, by, now, skipped=True)
    return row


async def send_now(session: AsyncSession, nudge_id: int, *, by: str, now: datetime) -> Nudge:
    """Have one reminder said at the next tick, if its reason is still there."""
    row = await _hold_waiting(session, nudge_id)
    row.due_at = row.moved_to = now
    await _note(session, row, Event.NUDGE_SET, by, now, until=now.isoformat())
    return row


def void(row: Nudge, reason: str, now: datetime | None = None) -> Nudge:
    """Say that a row isn't said, and why."""
    row.status, row.reason, row.done_at = Delivery.CANCELLED, reason, now
    return row


async def arrange(
    session: AsyncSession,
    number: str,
    *,
    stop: Sequence[str] = (),
    resume: Sequence[str] = (),
    move: Mapping[int, datetime] | None = None,
    by: str,
    now: datetime,
) -> int:
    """Stop rules for a case, start them again, and move reminders. Return how many things changed.

    `move` is a time by the reminder's id. Raises WrongFields with what is wrong with a time, by the id.
    """
    case = await record.hold(session, number)
    changed = 0
    for name in stop:
        await _may_change(session, name, by)
        changed += await _stop(session, case, name, by, now)
    for name in resume:
        await _may_change(session, name, by)
        changed += await _resume(session, case, name, by, now)
    faults: dict[str, str] = {}
    for id_, at in (move or {}).items():
        try:
            changed += await _move(session, case, id_, at, by, now)
        except _WrongTime as no:
            faults[str(id_)] = str(no)
    if faults:
        raise WrongFields(faults)
    return changed


def later_at(when: str, now: datetime, ward: str | None = None) -> datetime:
    """Return when あとで is: an hour on, the next morning, or the same day of next week, for a case of a ward."""
    if when == "1h":
        return now + timedelta(hours=1)
    if when not in LATER:
        raise refuse("nudge_later_unknown")
    day = now.astimezone(TOKYO).date() + timedelta(days=1 if when == "tomorrow" else 7)
    return CALENDARS.of(ward).open_from(datetime.combine(day, BEGINS, TOKYO))


class _WrongTime(Exception):
    """A reminder can't be moved there; the words say why."""


async def _hold(session: AsyncSession, nudge_id: int) -> Nudge:
    row = await session.get(Nudge, nudge_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise refuse("nudge_gone")
    return row


async def _hold_waiting(session: AsyncSession, nudge_id: int) -> Nudge:
    row = await _hold(session, nudge_id)
    if row.status != Delivery.NEW:
        raise refuse("nudge_gone")
    return row


async def _waiting(session: AsyncSession, row: Nudge) -> Nudge | None:
    """Return the row by which the same thing will be said next: this one, or its repetition."""
    same = select(Nudge).where(Nudge.rule == row.rule, Nudge.subject == row.subject, Nudge.status == Delivery.NEW)
    found = same.order_by(col(Nudge.occurrence).desc()).limit(1).with_for_update()
    return (await session.exec(found.execution_options(populate_existing=True))).first()


async def _allow(session: AsyncSession, row: Nudge, by: str) -> None:
    """Allow it for everybody who works at the desk: they may say that something is done, or put it off."""
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


async def _move(session: AsyncSession, case: Case, nudge_id: int, at: datetime, by: str, now: datetime) -> bool:
    row = await _hold(session, nudge_id)
    if row.case_id != case.id:
        raise refuse("nudge_gone")
    if row.status != Delivery.NEW or row.due_at == at:
        return False
    await _may_change(session, row.rule, by)
    _put(row, await _movable(session, row, at, now))
    await _note(session, row, Event.NUDGE_SET, by, now, until=row.due_at.isoformat())
    return True


async def _movable(session: AsyncSession, row: Nudge, at: datetime, now: datetime) -> datetime:
    """Return when a reminder comes that is moved to `at`: to staff while they are there."""
    one, rule = await nudges.one_about(session, row, now), rules()[row.rule]
    if at <= now:
        raise _WrongTime(sentence("nudge_past"))
    comes = max(
        now, rule.timely(at, one.at or at, await record.ward_of(session, row.case_id), on_line=row.door == "line")
    )
    if row.door == "line" and comes != at:
        begins, ends = (f"{hour:%-H:%M}" for hour in CENTRE.quiet)
        raise _WrongTime(sentence("nudge_quiet", begins=begins, ends=ends))
    if rule.before is not None and one.at is not None and comes >= one.at:
        raise _WrongTime(sentence("nudge_after", at=clock(one.at)))
    return comes


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
