"""The facts that call for reminders: which of them hold now, and since when or until when.

A fact that isn't found any more has ended, and its planned reminders are void. A fact that is found with another
time has moved, and its planned reminders move with it.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.day.nudges import is_waiting
from bot.nudges.sights import EVENTS, Sight, look
from bot.tables.calendars import CALENDARS
from bot.when import TOKYO
from storage.models import (
    Case,
    Channel,
    Citizen,
    HowItGoes,
    MeetingKind,
    Organisation,
    PastCase,
    Proposal,
    ProposalState,
    Stage,
)

Cases = Collection[int] | None  # None: facts that belong to no case
BEGINS = time(9)  # the hour of a date without a time


@dataclass(frozen=True)
class Fact:
    """One thing that is so, and its time."""

    subject: str  # "case:17"
    id: int
    at: datetime
    known_at: datetime | None = None  # since when a future time is known
    owner: str | None = None
    sight: Sight | None = None  # None: of no case
    draft_of: Citizen | None = None
    opens_in: str | None = None  # a ward with hours of its own

    @property
    def case(self) -> Case | None:
        """Its case."""
        return self.sight.case if self.sight else None

    @property
    def ward(self) -> str | None:
        """Its ward."""
        return self.sight.ward if self.sight else self.opens_in

    @property
    def citizen(self) -> Citizen | None:
        """Whom it concerns."""
        return self.sight.citizen if self.sight else self.draft_of

    @property
    def on_line(self) -> bool:
        """Whether the citizen has LINE."""
        return self.citizen is not None and self.citizen.line_user_id is not None

    @property
    def erased(self) -> bool:
        """Whether the citizen had LINE and had everything erased, so that nobody must be asked any more."""
        return self.sight is not None and self.sight.channel == Channel.LINE and not self.on_line


OfCase = Callable[[Sight], Iterator[Fact]]
OfNone = Callable[[AsyncSession, datetime], Awaitable[list[Fact]]]


def _of(sight: Sight, at: datetime | None, *, known_at: datetime | None = None) -> Iterator[Fact]:
    number = sight.case.id or 0
    if at is not None:
        yield Fact(f"case:{number}", number, at, known_at, sight=sight)


def _unclaimed(sight: Sight) -> Iterator[Fact]:
    if sight.case.stage == Stage.RECEIVED and sight.case.main is None:
        yield from _of(sight, sight.case.opened_at)


def _without_sub(sight: Sight) -> Iterator[Fact]:
    if sight.case.main is not None and sight.case.sub is None:
        yield from _of(sight, sight.seated_at or sight.case.stage_since)


def _promised(sight: Sight) -> Iterator[Fact]:
    if sight.answered_at is None:
        yield from _of(sight, sight.case.promised_by, known_at=sight.case.opened_at)


def _no_movement(sight: Sight) -> Iterator[Fact]:
    moved = sight.moved_at or sight.case.stage_since
    if sight.case.stage == Stage.FOLLOW_UP:  # a check-in is planned: the case stands still from its day on
        moved = max([moved, *sorted(row.due_at for row in sight.check_ins if row.answered_at is None)[:1]])
    if sight.case.stage != Stage.RECEIVED:
        yield from _of(sight, moved)


def _citizen_silent(sight: Sight) -> Iterator[Fact]:
    if sight.asked_at and not _wrote_after(sight, sight.asked_at):
        yield from _of(sight, sight.asked_at)


def _wrote_after(sight: Sight, asked: datetime) -> bool:
    """Tell whether the citizen has written since. Their own words count as an answer, since the desk reads them."""
    return sight.said_at is not None and sight.said_at > asked


def _hearing(sight: Sight) -> Iterator[Fact]:
    for row in sight.meetings:
        if row.kind == MeetingKind.HEARING and row.starts_at:
            yield Fact(f"meeting:{row.id}", row.id or 0, row.starts_at, row.fixed_at, sight=sight)


def _meeting_without_minutes(sight: Sight) -> Iterator[Fact]:
    for row in sight.meetings:
        if row.starts_at and not row.minutes:
            yield Fact(f"meeting:{row.id}", row.id or 0, row.starts_at, sight=sight)


def _hypothesis_unanswered(sight: Sight) -> Iterator[Fact]:
    for row in sight.hypotheses[-1:]:
        if row.answered_at is None and row.at >= sight.case.stage_since and not _wrote_after(sight, row.at):
            yield Fact(f"hypothesis:{row.id}", row.id or 0, row.at, sight=sight)


def _task(sight: Sight) -> Iterator[Fact]:
    for row in sight.tasks:
        at = datetime.combine(row.due_on, BEGINS, TOKYO)
        yield Fact(f"plan_task:{row.id}", row.id or 0, at, row.at, row.owner, sight)


def _milestone(sight: Sight) -> Iterator[Fact]:
    shown = {row.id for row in sight.tasks if row.milestone}
    return (fact for fact in _task(sight) if fact.id in shown)


def _check_in(sight: Sight) -> Iterator[Fact]:
    for row in sight.check_ins:
        if is_waiting(row, sight.case) and row.asked_at is None:
            yield Fact(f"check_in:{row.id}", row.id or 0, row.due_at, sight=sight)


def _check_in_unanswered(sight: Sight) -> Iterator[Fact]:
    for row in sight.check_ins:
        if is_waiting(row, sight.case) and row.asked_at is not None and not _wrote_after(sight, row.asked_at):
            yield Fact(f"check_in:{row.id}", row.id or 0, row.asked_at, sight=sight)


def _trouble(sight: Sight) -> Iterator[Fact]:
    for row in sight.check_ins:
        seen = sight.worked_at and row.answered_at and sight.worked_at > row.answered_at
        if row.answer == HowItGoes.TROUBLE and row.answered_at and not seen:
            yield Fact(f"check_in:{row.id}", row.id or 0, row.answered_at, sight=sight)


def _stakeholder_silent(sight: Sight) -> Iterator[Fact]:
    for row in sight.stakeholders:
        if row.asked_at:
            yield Fact(f"stakeholder:{row.id}", row.id or 0, row.asked_at, sight=sight)


async def _unfinished_hearing(session: AsyncSession, _now: datetime) -> list[Fact]:
    """Drafts; they belong to no case yet."""
    drafts = select(Proposal.id, Proposal.updated_at, Citizen).join(Citizen, col(Citizen.id) == Proposal.citizen_id)
    fresh = drafts.where(Proposal.state == ProposalState.DRAFT).execution_options(populate_existing=True)
    rows = (await session.exec(fresh)).all()
    return [Fact(f"proposal:{id_}", id_ or 0, at, draft_of=citizen) for id_, at, citizen in rows]


async def _old_knowledge(session: AsyncSession, _now: datetime) -> list[Fact]:
    """The entry that nobody has looked at for the longest time: one fact for the whole library."""
    found = []
    for table in (PastCase, Organisation):
        kept = select(func.min(table.updated_at)).where(~col(table.sample), col(table.retired_at).is_(None))
        found += [at for at in (await session.exec(kept)).all() if at is not None]
    return [Fact("knowledge:0", 0, min(found))] if found else []


async def _open_day(_session: AsyncSession, now: datetime) -> list[Fact]:
    """Today and the next days on which the centre opens, or a ward at an hour of its own, by their date."""
    days = [now.astimezone(TOKYO).date() + timedelta(days=n) for n in range(3)]
    own = [(day, ward) for day in days for ward in CALENDARS.wards if CALENDARS.has_own_hours(ward, day)]
    return [fact for day, ward in [*((day, None) for day in days), *own] for fact in _opening(day, ward)]


def _opening(day: date, ward: str | None) -> Iterator[Fact]:
    hours, name = CALENDARS.of(ward).hours(day), f"day:{day}:{ward}" if ward else f"day:{day}"
    if hours:
        yield Fact(name, day.toordinal(), hours[0], opens_in=ward)


OF_CASE: dict[str, OfCase] = {
    "unclaimed": _unclaimed,
    "without_sub": _without_sub,
    "promised": _promised,
    "no_movement": _no_movement,
    "hearing": _hearing,
    "meeting_without_minutes": _meeting_without_minutes,
    "hypothesis_unanswered": _hypothesis_unanswered,
    "milestone": _milestone,
    "task": _task,
    "check_in": _check_in,
    "check_in_unanswered": _check_in_unanswered,
    "trouble": _trouble,
    "citizen_silent": _citizen_silent,
    "stakeholder_silent": _stakeholder_silent,
}
# What each must know beside the case itself.
NEEDS: dict[str, tuple[str, ...]] = {
    "without_sub": (EVENTS,),
    "promised": (EVENTS,),
    "no_movement": (EVENTS, "check_ins"),
    "hearing": ("meetings",),
    "meeting_without_minutes": ("meetings",),
    "hypothesis_unanswered": (EVENTS, "hypotheses"),
    "milestone": ("tasks",),
    "task": ("tasks",),
    "check_in": ("check_ins",),
    "check_in_unanswered": (EVENTS, "check_ins"),
    "trouble": (EVENTS, "check_ins"),
    "citizen_silent": (EVENTS,),
    "stakeholder_silent": ("stakeholders",),
}
OF_NONE: dict[str, OfNone] = {
    "unfinished_hearing": _unfinished_hearing,
    "old_knowledge": _old_knowledge,
    "open_day": _open_day,
}


async def find(session: AsyncSession, names: Collection[str], cases: Cases, now: datetime) -> dict[str, list[Fact]]:
    """Return the facts of these names, of some cases or of none."""
    if cases is None:
        return {name: await OF_NONE[name](session, now) for name in names if name in OF_NONE}
    of_case = [name for name in names if name not in OF_NONE]
    sights = await look(session, cases, {field for name in of_case for field in NEEDS.get(name, ())})
    return {name: [fact for sight in sights for fact in OF_CASE[name](sight)] for name in of_case}
