"""⑤ フォロー: it runs; the centre asks how it goes after 1, 3, 6 and 12 months, and trouble leads back to ④."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.day.nudges import is_waiting
from bot.desk.record import evidence, record, telling
from bot.desk.record.moves import Action
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse
from bot.desk.record.telling import Phrase, Reach
from bot.desk.team import seats
from bot.tables.calendars import CALENDARS
from bot.when import TOKYO
from knowledge.language.blanks import has_words
from storage.models import Audience, Case, CaseEvent, CheckIn

MONTHS = (1, 3, 6, 12)
AT = time(10)  # on an open day
MOST_MONTHS, MOST_TIMES = 60, 8
EVIDENCE = "check_in"


class Asking(StrEnum):
    """How somebody is asked."""

    LINE = "line"  # with the other reminders of that time, in one push
    PHONE = "phone"  # they aren't on LINE: somebody must call
    OVER = "over"  # nobody is asked: there is nothing to ask any more


async def plan(session: AsyncSession, case: Case, now: datetime) -> None:
    """Plan a round of asking, counted from now. Answers of an earlier round don't count for this one."""
    last = max((row.round for row in await planned(session, case)), default=0)
    ward = await record.ward_of(session, case.id)
    for months in case.check_in_months or MONTHS:
        session.add(CheckIn(case_id=case.id or 0, round=last + 1, months=months, due_at=due(now, months, ward)))
    await session.flush()
    await evidence.ask_again(session, case, EVIDENCE)


async def ask(session: AsyncSession, check_in_id: int, now: datetime, *, again: bool = False) -> Asking:
    """Write down that the citizen is asked how it goes: once, and once more with `again`. The caller does the asking.

    It is OVER also when it was answered or dropped, or when the case has left ⑤.
    """
    row = await session.get(CheckIn, check_in_id)
    case = await session.get(Case, row.case_id) if row else None
    if row is None or case is None:
        return Asking.OVER
    case = await record.hold(session, case.number)
    await session.refresh(row)
    cause = f"check_in:{row.id}:{'again' if again else 'ask'}"
    if not is_waiting(row, case) or await record.happened(session, cause):
        return Asking.OVER
    if await telling.reach(session, case) is not Reach.LINE:
        return Asking.PHONE
    row.asked_at = row.asked_at or now
    session.add(row)
    event = await record.append(
        session,
        case,
        Event.CHECK_IN_ASKED,
        by="system",
        at=now,
        cause=cause,
        audience=Audience.CITIZEN,
        after={"months": row.months},
    )
    await telling.thread(session, case, event, "check_in_asked", now, months=row.months)
    await outbox.redraw_card(session, event.case_id, now)
    return Asking.LINE


async def revise(
    session: AsyncSession, number: str, months: Sequence[int], *, stop: bool = False, by: str, now: datetime
) -> CaseEvent | None:
    """Change when this case is asked, counted from the beginning of ⑤. With `stop` it is asked no more."""
    case = await record.hold(session, number, Action.CHECK_IN)
    rows = current(await planned(session, case))
    before = [row.months for row in rows if row.dropped_at is None]
    wanted = [] if stop else sorted(set(months))
    settled = [row.months for row in rows if row.asked_at or row.answered_at]
    after = sorted({*settled, *wanted})
    if after == sorted(before):
        return None
    ward = await record.ward_of(session, case.id)
    new = {month: due(case.stage_since, month, ward) for month in wanted if month not in before}
    _refuse_unusable(months, new, now)
    round_ = rows[0].round if rows else 1
    for row in rows:
        row.dropped_at = None if row.months in after else row.dropped_at or now
        session.add(row)
    for month in new.keys() - {row.months for row in rows}:
        session.add(CheckIn(case_id=case.id or 0, round=round_, months=month, due_at=new[month]))
    case.check_in_months = case.check_in_months if stop else wanted
    session.add(case)
    event = await record.append(
        session, case, Action.CHECK_IN, by=by, at=now, before={"months": before}, after={"months": after}
    )
    when = "、".join(str(month) for month in after if month not in settled)
    await telling.thread(session, case, event, "check_ins_revised" if when else "check_ins_stopped", now, months=when)
    await outbox.redraw_card(session, event.case_id, now)
    return event


async def reopen(session: AsyncSession, number: str, *, reason: str, by: str, now: datetime) -> CaseEvent:
    """⑤ → ④: it needs the same people again. The reason is shown to staff only."""
    case = await record.hold(session, number, Action.REOPEN)
    if not has_words(reason):
        raise refuse("reopen_without_reason")
    event = await go_back(session, case, by=by, now=now)
    await record.append(session, case, Event.REASON, by=by, at=now, words=[reason], after={"said": ["reason"]})
    told = await telling.citizen(session, case, event, Phrase.REOPENED, now)
    await telling.thread(session, case, event, "reopened", now, text=reason, told=told)
    return event


async def go_back(session: AsyncSession, case: Case, *, by: str, now: datetime) -> CaseEvent:
    """Take a case back to ④ with the same pair, who are told. The questions that were planned are dropped."""
    event = await record.change(session, case, Action.REOPEN, by=by, at=now, audience=Audience.CITIZEN)
    await drop(session, case, now)
    await telling.people(session, case, event, "reopened_yours", now, seats.taken(case))
    return event


async def drop(session: AsyncSession, case: Case, now: datetime) -> None:
    """Drop the questions that weren't asked yet."""
    for row in await planned(session, case):
        if row.asked_at is None and row.answered_at is None and row.dropped_at is None:
            row.dropped_at = now
            session.add(row)
    await session.flush()


async def planned(session: AsyncSession, case: Case) -> Sequence[CheckIn]:
    """Return every check-in of a case as the database has it now, in the order in which they are due."""
    found = select(CheckIn).where(CheckIn.case_id == case.id).order_by(col(CheckIn.round), col(CheckIn.months))
    return (await session.exec(found.execution_options(populate_existing=True))).all()


def current(rows: Sequence[CheckIn]) -> list[CheckIn]:
    """Return the newest round, by months."""
    newest = max((row.round for row in rows), default=0)
    return sorted((row for row in rows if row.round == newest), key=lambda row: row.months)


def due(start: datetime, months: int, ward: str | None = None) -> datetime:
    """Return ten o'clock on a day when the ward's desk is open: the first one that is so many months after `start`."""
    first = start.astimezone(TOKYO).date() + relativedelta(months=months)
    return datetime.combine(CALENDARS.of(ward).open_day(first), AT, TOKYO)


def _refuse_unusable(months: Sequence[int], new: Mapping[int, datetime], now: datetime) -> None:
    if len(set(months)) > MOST_TIMES or not all(1 <= month <= MOST_MONTHS for month in months):
        raise refuse("check_in_months", most=MOST_MONTHS, times=MOST_TIMES)
    if past := [month for month, at in new.items() if at <= now]:
        raise refuse("check_in_month_past", months="、".join(map(str, past)))
