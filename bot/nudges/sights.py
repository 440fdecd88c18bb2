"""What is known of cases when their reminders are worked out: one look at each table, however many cases."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, bindparam, case, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record.correspondence import ANSWERS, AWAITED
from bot.desk.record.moves import Action
from bot.desk.record.record import Event
from storage.models import (
    Case,
    CaseEvent,
    CheckIn,
    Citizen,
    Hypothesis,
    Meeting,
    MeetingState,
    PlanTask,
    Proposal,
    Stage,
    Stakeholder,
    StakeholderState,
)

EVENTS = "events"  # the moments at which things last happened
SEATS = (Action.CLAIM, Action.RELEASE, Action.HAND_OVER)
NO_MOVE = (Event.NUDGE_LATER, Event.NUDGE_SET)  # putting a reminder off moves nothing
_WORK = frozenset({Stage.REALISATION, Stage.FOLLOW_UP})
_IDS: Any = bindparam("cases", expanding=True, type_=Integer())


@dataclass
class Sight:
    """One open case: whose it is, when things last happened, and the work on it that isn't done."""

    case: Case
    ward: str | None
    channel: str | None
    citizen: Citizen | None
    moved_at: datetime | None = None
    seated_at: datetime | None = None
    asked_at: datetime | None = None  # when somebody last asked the citizen something
    said_at: datetime | None = None  # by the citizen
    answered_at: datetime | None = None  # the first time somebody answered the citizen
    worked_at: datetime | None = None  # by staff
    meetings: list[Meeting] = field(default_factory=list)
    hypotheses: list[Hypothesis] = field(default_factory=list)
    tasks: list[PlanTask] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)
    stakeholders: list[Stakeholder] = field(default_factory=list)


def _at(which: Any, pick: Any = func.max) -> Any:
    return pick(case((which, col(CaseEvent.at))))


_action = col(CaseEvent.action)
# Built once, since building them takes longer than running them.
_CASES: Any = (
    select(Case, Proposal.ward, Proposal.channel, Citizen)
    .outerjoin(Proposal, col(Proposal.id) == Case.proposal_id)
    .outerjoin(Citizen, col(Citizen.id) == Case.citizen_id)
    .where(Case.stage != Stage.CLOSED, col(Case.id).in_(_IDS))
    .execution_options(populate_existing=True)
)
_EVENTS: Any = (
    select(  # type: ignore[call-overload]
        CaseEvent.case_id,
        _at(_action.not_in(NO_MOVE)),
        _at(_action.in_(SEATS)),
        _at(_action.in_(AWAITED)),
        _at(col(CaseEvent.by) == "citizen"),
        _at(_action.in_(ANSWERS), func.min),
        _at(and_(col(CaseEvent.by).not_in(("citizen", "system")), _action.not_in(NO_MOVE))),
    )
    .where(col(CaseEvent.case_id).in_(_IDS))
    .group_by(col(CaseEvent.case_id))
)
# The work that can call for something, the field it goes into, and the stages in which there is any.
_TABLES: tuple[tuple[str, Any, frozenset[Stage]], ...] = (
    ("meetings", select(Meeting).where(Meeting.state == MeetingState.FIXED, col(Meeting.case_id).in_(_IDS)),
     frozenset(Stage) - {Stage.RECEIVED}),
    ("hypotheses", select(Hypothesis).where(col(Hypothesis.case_id).in_(_IDS)).order_by(col(Hypothesis.version)),
     frozenset({Stage.DIRECTION, Stage.REALISATION})),
    ("tasks", select(PlanTask).where(col(PlanTask.case_id).in_(_IDS), col(PlanTask.done_at).is_(None),
     col(PlanTask.dropped_at).is_(None)), _WORK),
    ("check_ins", select(CheckIn).where(col(CheckIn.case_id).in_(_IDS), col(CheckIn.dropped_at).is_(None)), _WORK),
    ("stakeholders", select(Stakeholder).where(col(Stakeholder.case_id).in_(_IDS),
     Stakeholder.state == StakeholderState.ASKED), _WORK),
)  # fmt: skip


async def look(session: AsyncSession, cases: Collection[int], fields: Collection[str]) -> list[Sight]:
    """Return the open ones of these cases as they are now, with those fields of their work that are asked for."""
    ids: dict[str, Any] = {"cases": sorted(cases)}
    rows = (await session.exec(_CASES, params=ids)).all()
    sights = {row[0].id: Sight(*row) for row in rows}
    if not sights:
        return []
    ids = {"cases": sorted(sights)}
    events = (await session.exec(_EVENTS, params=ids)).all() if EVENTS in fields else ()
    for number, *moments in events:
        one = sights[number]
        one.moved_at, one.seated_at, one.asked_at, one.said_at, one.answered_at, one.worked_at = moments
    stages = {one.case.stage for one in sights.values()}
    for name, query, where in _TABLES:
        if name in fields and stages & where:
            for number, work in (await _by_case(session, query, ids)).items():
                getattr(sights[number], name).extend(work)
    return list(sights.values())


async def _by_case(session: AsyncSession, query: Any, ids: dict[str, Any]) -> dict[int, Sequence[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in (await session.exec(query.execution_options(populate_existing=True), params=ids)).all():
        found[row.case_id].append(row)
    return dict(found)
