"""What waits for somebody at the desk: their cases, cases without a main, what is late, what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import lines
from bot.desk.record.lines import ANSWERED_AT, LAST_AT, STALLED_AFTER, CaseLine
from bot.desk.team import staff
from bot.when import TOKYO
from storage.models import Case, Invitation, Meeting, MeetingKind, MeetingState, PlanTask, Role, Staff

AHEAD = timedelta(days=7)
ALL_OF_IT = (Role.LEAD, Role.ADMIN)  # these see what is late and what comes in everybody's cases


class Seat(StrEnum):
    """What somebody is in a case."""

    MAIN = "main"
    SUB = "sub"
    CITY_STAFF = "city_staff"
    ACTING = "acting"  # the sub while the main is away


class Late(StrEnum):
    """Why something is late."""

    PROMISE = "promise"  # nobody has answered by the time the centre said
    TASK = "task"
    STALLED = "stalled"


class Kind(StrEnum):
    """What comes."""

    HEARING = "hearing"
    DIALOGUE = "dialogue"
    TASK = "task"


@dataclass(frozen=True)
class Mine:
    """One of somebody's cases, and their seat in it."""

    case: CaseLine
    seat: Seat


@dataclass(frozen=True)
class Overdue:
    """Something late in a case; `about` is a task's title."""

    case: CaseLine
    why: Late
    since: datetime
    about: str = ""


@dataclass(frozen=True)
class Coming:
    """A meeting or task of the next days; a task has a day only."""

    case: CaseLine
    kind: Kind
    at: datetime
    about: str = ""  # a task's title, a meeting's place


@dataclass(frozen=True)
class HomeView:
    """What one member of staff sees when they open the app."""

    role: Role
    only_ward: str
    now: datetime
    away_until: datetime | None = None
    mine: tuple[Mine, ...] = ()
    unclaimed: tuple[CaseLine, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    coming: tuple[Coming, ...] = ()


@dataclass(frozen=True)
class _Asks:
    """Whose view it is."""

    slack_id: str
    role: Role
    ward: str
    now: datetime
    away: frozenset[str]  # those who are absent

    @property
    def sees_all(self) -> bool:
        return self.role in ALL_OF_IT


async def home(session: AsyncSession, slack_id: str, role: Role, now: datetime) -> HomeView:
    """Return what awaits a member of staff: five queries, however many cases there are."""
    member, ward = await session.get(Staff, slack_id), await staff.only_ward(session, slack_id)
    asks = _Asks(slack_id, role, ward, now, await _absent(session, now))
    cases = await _cases(session, asks)
    tasks = await _tasks(session, asks)
    return HomeView(
        role=role,
        only_ward=ward,
        now=now,
        away_until=member.away_until if member and member.away_until and member.away_until > now else None,
        mine=tuple(Mine(line, seat) for line in cases if (seat := _seat(line, asks))),
        unclaimed=tuple(line for line in cases if line.main is None),
        overdue=tuple(sorted([*_late(cases, asks), *_late_tasks(tasks, now)], key=lambda one: one.since)),
        coming=tuple(sorted([*await _meetings(session, asks), *_next_tasks(tasks, now)], key=lambda one: one.at)),
    )


def today(now: datetime) -> date:
    """Return the day it is in Tokyo."""
    return now.astimezone(TOKYO).date()


def midnight(day: date) -> datetime:
    """Return the first moment of a day in Tokyo."""
    return datetime.combine(day, time(), TOKYO)


def _seat(line: CaseLine, asks: _Asks) -> Seat | None:
    if line.main == asks.slack_id:
        return Seat.MAIN
    if line.sub == asks.slack_id:
        is_acting = line.main in asks.away and asks.slack_id not in asks.away
        return Seat.ACTING if is_acting else Seat.SUB
    return Seat.CITY_STAFF if line.city_staff == asks.slack_id else None


def _late(cases: Iterable[CaseLine], asks: _Asks) -> Iterable[Overdue]:
    """Return promises that nobody kept, and cases in which nothing happens."""
    for line in cases:
        if not (asks.sees_all or line.main is None or _seat(line, asks)):
            continue
        if line.promised_by and line.promised_by < asks.now and line.answered_at is None:
            yield Overdue(line, Late.PROMISE, line.promised_by)
        elif line.last_at < asks.now - STALLED_AFTER:
            yield Overdue(line, Late.STALLED, line.last_at)


def _late_tasks(tasks: Iterable[tuple[CaseLine, PlanTask]], now: datetime) -> Iterable[Overdue]:
    for line, task in tasks:
        if task.due_on < today(now):
            yield Overdue(line, Late.TASK, midnight(task.due_on), task.title)


def _next_tasks(tasks: Iterable[tuple[CaseLine, PlanTask]], now: datetime) -> Iterable[Coming]:
    for line, task in tasks:
        if task.due_on >= today(now):
            yield Coming(line, Kind.TASK, midnight(task.due_on), task.title)


async def _absent(session: AsyncSession, now: datetime) -> frozenset[str]:
    return frozenset((await session.exec(select(Staff.slack_id).where(col(Staff.away_until) > now))).all())


async def _cases(session: AsyncSession, asks: _Asks) -> list[CaseLine]:
    """Return one's own cases, those without a main, and for ALL_OF_IT what is late; the longest waiting first."""
    wanted = [lines.has_seat(asks.slack_id), col(Case.main).is_(None)]
    if asks.sees_all:
        wanted += [asks.now - STALLED_AFTER > LAST_AT, and_(col(Case.promised_by) < asks.now, ANSWERED_AT.is_(None))]
    found = lines.query(asks.ward).where(or_(*wanted)).order_by(LAST_AT, col(Case.id))
    return [lines.line(row) for row in (await session.exec(found)).all()]


async def _tasks(session: AsyncSession, asks: _Asks) -> list[tuple[CaseLine, PlanTask]]:
    found = lines.query(asks.ward, PlanTask).join(PlanTask, col(PlanTask.case_id) == Case.id)
    found = found.where(
        col(PlanTask.done_at).is_(None),
        col(PlanTask.dropped_at).is_(None),
        col(PlanTask.due_on) <= today(asks.now) + AHEAD,
        *_concerns(asks, col(PlanTask.owner) == asks.slack_id),
    )
    rows = (await session.exec(found.order_by(col(PlanTask.due_on), col(PlanTask.id)))).all()
    return [(lines.line(row), row[-1]) for row in rows]


async def meetings(
    session: AsyncSession, ward: str, begin: datetime, end: datetime, *whose: ColumnElement[bool]
) -> list[Coming]:
    """Return the meetings that are fixed for a time, of one ward if it is named."""
    found = lines.query(ward, Meeting).join(Meeting, col(Meeting.case_id) == Case.id)
    found = found.where(
        Meeting.state == MeetingState.FIXED, col(Meeting.starts_at) >= begin, col(Meeting.starts_at) < end, *whose
    )
    rows = (await session.exec(found.order_by(col(Meeting.starts_at), col(Meeting.id)))).all()
    return [Coming(lines.line(row), _kind(row[-1]), row[-1].starts_at, row[-1].place) for row in rows]


async def _meetings(session: AsyncSession, asks: _Asks) -> list[Coming]:
    invited = select(Invitation.id).where(Invitation.meeting_id == Meeting.id, Invitation.who == asks.slack_id).exists()
    begin = midnight(today(asks.now))
    return await meetings(session, asks.ward, begin, begin + AHEAD + timedelta(days=1), *_concerns(asks, invited))


def _kind(meeting: Meeting) -> Kind:
    return Kind.HEARING if meeting.kind == MeetingKind.HEARING else Kind.DIALOGUE


def _concerns(asks: _Asks, otherwise: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    return [] if asks.sees_all else [or_(lines.has_seat(asks.slack_id), otherwise)]
