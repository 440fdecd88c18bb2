"""Somebody's day: what is due, what is overdue, whom they meet today."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.day.overview import midnight, today
from bot.desk.record.lines import ANSWERED_AT
from bot.desk.team import absence, seats
from storage.models import Case, Meeting, MeetingState, PlanTask, Staff, Stage


@dataclass(frozen=True)
class Item:
    """One thing of the day."""

    number: str
    at: datetime
    about: str = ""  # a task's title


@dataclass(frozen=True)
class Agenda:
    """One person's day."""

    promised: list[Item] = field(default_factory=list)  # answers promised for today or earlier
    meetings: list[Item] = field(default_factory=list)
    tasks: list[Item] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.promised or self.meetings or self.tasks)


async def agendas(session: AsyncSession, now: datetime) -> dict[str, Agenda]:
    """Return the day of everybody who has something to do, in three queries however many people there are."""
    away = absence.absent((await session.exec(select(Staff))).all(), now)
    found: dict[str, Agenda] = defaultdict(Agenda)
    end = midnight(today(now)) + timedelta(days=1)
    for case in await _promised(session, end):
        if (who := absence.acting_of(case, away)) and case.promised_by:
            found[who].promised.append(Item(case.number, case.promised_by))
    for case, meeting in await _meetings(session, midnight(today(now)), end):
        for who in seats.taken(case):
            found[who].meetings.append(Item(case.number, meeting.starts_at or end))
    for case, task in await _tasks(session, now):
        for who in dict.fromkeys((task.owner if task.owner in seats.taken(case) else absence.acting_of(case, away),)):
            if who:
                found[who].tasks.append(Item(case.number, midnight(task.due_on), task.title))
    return dict(found)


async def busy(session: AsyncSession, now: datetime) -> list[str]:
    """Return who has something today."""
    return sorted(await agendas(session, now))


async def _promised(session: AsyncSession, end: datetime) -> Iterable[Case]:
    late = select(Case).where(Case.stage != Stage.CLOSED, col(Case.promised_by) < end, ANSWERED_AT.is_(None))
    return (await session.exec(late.order_by(col(Case.promised_by), col(Case.id)))).all()


async def _meetings(session: AsyncSession, begin: datetime, end: datetime) -> Iterable[tuple[Case, Meeting]]:
    fixed = (Meeting.state == MeetingState.FIXED, col(Meeting.starts_at) >= begin, col(Meeting.starts_at) < end)
    query = (
        select(Case, Meeting).join(Meeting, col(Meeting.case_id) == Case.id).where(Case.stage != Stage.CLOSED, *fixed)
    )
    return (await session.exec(query.order_by(col(Meeting.starts_at)))).all()


async def _tasks(session: AsyncSession, now: datetime) -> Iterable[tuple[Case, PlanTask]]:
    due = (col(PlanTask.done_at).is_(None), col(PlanTask.dropped_at).is_(None), col(PlanTask.due_on) <= today(now))
    query = (
        select(Case, PlanTask).join(PlanTask, col(PlanTask.case_id) == Case.id).where(Case.stage != Stage.CLOSED, *due)
    )
    return (await session.exec(query.order_by(col(PlanTask.due_on), col(PlanTask.id)))).all()
