"""担当の候補: three people for a case with why, and what becomes of asking one of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.desk.record import record, telling
from bot.desk.record.moves import Action
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse, who
from bot.desk.record.telling import Note
from bot.desk.team import absence, seats
from bot.desk.team.team import cannot_take
from knowledge.language.blanks import has_words
from storage.models import Case, CaseEvent, Proposal, Role, Staff, Stage

MOST = 3
ASKED_ALONE = "asked_alone"  # what a recommended person is told
POINTS = {"theme": 3.0, "ward": 2.0, "similar": 1.0, "load": -0.5, "declined": -10.0}
SIMILAR_COUNTED = 3  # a veteran shouldn't always win


@dataclass(frozen=True)
class Colleague:
    """What counts for a case in one person."""

    slack_id: str
    affiliation: str = ""
    wards: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    load: int = 0  # open cases as main or sub
    similar: int = 0  # ended cases of the same theme or ward that they had
    declined: bool = False  # this very case


@dataclass(frozen=True)
class Suggestion:
    """One person with the reasons: theme and ward by name, load and similar in numbers."""

    slack_id: str
    affiliation: str
    theme: str
    ward: str
    load: int
    similar: int
    declined: bool
    score: float


def suggest(
    theme: str, ward: str | None, colleagues: Sequence[Colleague], *, most: int = MOST
) -> tuple[Suggestion, ...]:
    """Return the people who fit best, best first. Of two who fit equally, the one with less to do comes first."""
    scored = [_scored(theme, ward or "", one) for one in colleagues]
    return tuple(sorted(scored, key=lambda one: (-one.score, one.load, one.slack_id))[:most])


async def for_case(session: AsyncSession, case: Case, now: datetime) -> tuple[Suggestion, ...]:
    """Return three people for a case: nobody who is away, has a place in it, or sees only another ward's cases.

    Those who do cases: coordinators, and a lead who has a place in an open case.
    """
    proposal = await session.get_one(Proposal, case.proposal_id)
    roles = (Role.COORDINATOR, Role.LEAD)
    found = select(Staff).where(col(Staff.active), col(Staff.role).in_(roles))
    staff = (await session.exec(found)).all()
    out = {*seats.taken(case), *absence.absent(staff, now)}
    load, similar = await _open_cases(session), await _similar_cases(session, case, proposal.ward)
    doing = [one for one in staff if one.role == Role.COORDINATOR or load[one.slack_id]]
    there = [one for one in doing if one.slack_id not in out and one.only_ward in ("", proposal.ward)]
    declined = await _declined(session, case)
    colleagues = [
        Colleague(
            one.slack_id,
            one.affiliation,
            tuple(one.wards),
            tuple(one.themes),
            load[one.slack_id],
            similar[one.slack_id],
            one.slack_id in declined,
        )
        for one in there
    ]
    return suggest(case.theme, proposal.ward, colleagues)


async def recommend(session: AsyncSession, number: str, *, to: str, by: str, now: datetime) -> None:
    """Ask a colleague alone whether they take the case; the thread knows that they were asked."""
    case = await record.hold(session, number, Action.ASSIGN)
    if to == by:
        raise refuse("recommend_self")
    if seats.free(case.main, case.sub) is None:
        raise refuse("team_complete")
    if problem := await cannot_take(session, case, to):
        raise problem
    if to in await absence.away(session, [to], now):
        raise refuse("assign_away", who=who(to))
    if await _waits_for(session, case, to):
        raise refuse("recommended_already", who=who(to))
    event = await record.append(session, case, Event.RECOMMENDED, by=by, at=now, after={"to": to})
    await telling.thread(session, case, event, Note.RECOMMENDED, now, to=to)
    await telling.people(session, case, event, ASKED_ALONE, now, [to])


async def decline(session: AsyncSession, number: str, *, reason: str, by: str, now: datetime) -> None:
    """Say no to a recommendation, with why; the colleagues read it in the thread."""
    case = await record.hold(session, number)
    if by in seats.taken(case):
        raise refuse("decline_in_team")
    if not await _waits_for(session, case, by):
        raise refuse("decline_not_asked")
    if not has_words(reason):
        raise refuse("decline_without_reason")
    event = await record.append(session, case, Event.DECLINED, by=by, at=now, words=[reason])
    await telling.thread(session, case, event, Note.DECLINED, now, reason=reason)


def _scored(theme: str, ward: str, one: Colleague) -> Suggestion:
    same_theme = theme if theme and theme in one.themes else ""
    same_ward = ward if ward and ward in one.wards else ""
    score = POINTS["theme"] * bool(same_theme) + POINTS["ward"] * bool(same_ward)
    score += POINTS["similar"] * min(one.similar, SIMILAR_COUNTED) + POINTS["load"] * one.load
    score += POINTS["declined"] * one.declined
    return Suggestion(one.slack_id, one.affiliation, same_theme, same_ward, one.load, one.similar, one.declined, score)


async def _open_cases(session: AsyncSession) -> Mapping[str, int]:
    return await _held(session, select(Case.id).where(Case.stage != Stage.CLOSED))


async def _similar_cases(session: AsyncSession, case: Case, ward: str | None) -> Mapping[str, int]:
    alike = [col(Proposal.ward) == ward] if ward else []
    alike += [col(Case.theme) == case.theme] if case.theme else []
    if not alike:
        return Counter()
    ended = select(Case.id).join(Proposal, col(Proposal.id) == Case.proposal_id).where(Case.stage == Stage.CLOSED)
    return await _held(session, ended.where(col(Case.merged_into).is_(None), or_(*alike)))


async def _held(session: AsyncSession, cases: SelectOfScalar[Any]) -> Counter[str]:
    """Count, for each person, the cases in which they are main or sub."""
    counted: Counter[str] = Counter()
    for seat in (col(Case.main), col(Case.sub)):
        query = select(seat, func.count()).where(seat.is_not(None), col(Case.id).in_(cases)).group_by(seat)
        counted.update({str(person): count for person, count in (await session.exec(query)).all()})
    return counted


async def _declined(session: AsyncSession, case: Case) -> set[str]:
    found = select(CaseEvent.by).where(CaseEvent.case_id == case.id, CaseEvent.action == Event.DECLINED)
    return set((await session.exec(found)).all())


async def _waits_for(session: AsyncSession, case: Case, person: str) -> bool:
    """Tell whether the person was asked and hasn't said no since."""
    asked = (Event.RECOMMENDED, Event.DECLINED)
    found = select(CaseEvent).where(CaseEvent.case_id == case.id, col(CaseEvent.action).in_(asked))
    lines = (await session.exec(found.order_by(col(CaseEvent.id)))).all()
    about = [line.action for line in lines if person in (line.after.get("to"), line.by if _is_no(line) else None)]
    return bool(about) and about[-1] == Event.RECOMMENDED


def _is_no(line: CaseEvent) -> bool:
    return line.action == Event.DECLINED
