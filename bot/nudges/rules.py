"""The reminders as a table: after which fact, how long, to whom, and what makes each void."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.nudges.calendars import CENTRE
from storage.models import Case, Citizen, Nudge, Proposal, ProposalState, Stage

UNCLAIMED_HOURS = 2  # open hours
UNFINISHED_AFTER = timedelta(days=1)
UNFINISHED_TOO_OLD = timedelta(days=14)  # after a long downtime nobody wants to hear of it any more


@dataclass(frozen=True)
class Subject:
    """What a reminder is about, and when it is due."""

    id: int
    due_at: datetime


@dataclass(frozen=True)
class Rule:
    """One reminder. `send` returns the later time it is due at when the fact has moved, or None when settled."""

    name: str
    table: str
    subjects: Callable[[AsyncSession], Awaitable[Sequence[Subject]]]
    send: Callable[[AsyncSession, Nudge, datetime], Awaitable[datetime | None]]


async def _unclaimed_cases(session: AsyncSession) -> Sequence[Subject]:
    known = select(Nudge.id).where(Nudge.rule == "unclaimed", Nudge.subject_id == Case.id).exists()
    rows = await session.exec(
        select(Case).where(Case.stage == Stage.RECEIVED, col(Case.main).is_(None), ~known).limit(500)
    )
    return [Subject(c.id or 0, CENTRE.after_open_hours(c.opened_at, UNCLAIMED_HOURS)) for c in rows.all()]


async def _remind_channel(session: AsyncSession, nudge: Nudge, now: datetime) -> datetime | None:
    case = await session.get(Case, nudge.subject_id)
    if case is None or case.stage != Stage.RECEIVED or case.main is not None:
        return None
    await outbox.put(
        session,
        dest="slack",
        conv=f"case:{case.id}",
        kind="notice",
        key=f"nudge:{nudge.id}",
        payload={"say": "unclaimed", "case": case.id, "number": case.number, "hours": UNCLAIMED_HOURS},
        now=now,
    )
    return None


async def _unfinished_hearings(session: AsyncSession) -> Sequence[Subject]:
    known = select(Nudge.id).where(Nudge.rule == "unfinished_hearing", Nudge.subject_id == Proposal.id).exists()
    rows = await session.exec(select(Proposal).where(Proposal.state == ProposalState.DRAFT, ~known).limit(500))
    return [Subject(p.id or 0, _next_day(p)) for p in rows.all()]


async def _remind_citizen(session: AsyncSession, nudge: Nudge, now: datetime) -> datetime | None:
    proposal = await session.get(Proposal, nudge.subject_id)
    if proposal is None or proposal.state != ProposalState.DRAFT:
        return None
    due = _next_day(proposal)
    if due > now:
        return due
    citizen = await session.get(Citizen, proposal.citizen_id)
    wanted = citizen is not None and citizen.following and citizen.notices
    if not wanted or now - due > UNFINISHED_TOO_OLD:
        return None
    if CENTRE.awake(now) > now:
        return CENTRE.awake(now)
    await outbox.tell_citizen(session, proposal.citizen_id, "unfinished_hearing", f"nudge:{nudge.id}", now)
    return None


def _next_day(proposal: Proposal) -> datetime:
    return CENTRE.awake(proposal.updated_at + UNFINISHED_AFTER)


RULES = (
    Rule("unclaimed", "case", _unclaimed_cases, _remind_channel),
    Rule("unfinished_hearing", "proposal", _unfinished_hearings, _remind_citizen),
)
