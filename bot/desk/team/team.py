"""The people of a case: main and sub, never the same person, and the city's staff beside them.

There is no sub without a main: when the main leaves, the sub acts as main.
"""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import record, telling
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse, who
from bot.desk.record.telling import Note, Phrase
from bot.desk.team import absence, seats
from bot.desk.team.staff import may, role_of
from bot.errors import Refused
from knowledge.language.blanks import has_words
from storage.models import Audience, Case, CaseEvent, Role, Stage


async def join(session: AsyncSession, number: str, *, by: str, now: datetime) -> Case:
    """A second coordinator stands beside the main as sub."""
    case = await record.hold(session, number, Action.JOIN)
    if problem := _cannot_join(case, by):
        raise problem
    event = await record.change(session, case, Action.JOIN, by=by, at=now, audience=Audience.CITIZEN, sub=by)
    await telling.citizen(session, case, event, Phrase.JOINED, now)
    await telling.thread(session, case, event, Note.JOINED, now, sub=by)
    return case


async def staff(session: AsyncSession, number: str, *, city_staff: str, by: str, now: datetime) -> Case:
    """Name the city's member beside the coordinators (a Slack id); naming the same again changes nothing."""
    case = await record.hold(session, number, Action.STAFF)
    if city_staff in (case.main, case.sub):
        raise refuse("city_staff_is_not_coordinator")
    if city_staff == case.city_staff:
        return case
    if await role_of(session, city_staff) is not Role.CITY_STAFF:
        raise refuse("city_staff_is_not_city", who=who(city_staff))
    is_first = case.city_staff is None
    event = await record.change(
        session, case, Action.STAFF, by=by, at=now, audience=Audience.CITIZEN, city_staff=city_staff
    )
    if is_first:  # which member of the city it is, is no news to the citizen
        await telling.citizen(session, case, event, Phrase.STAFFED, now)
    await telling.thread(session, case, event, Note.STAFFED, now, city_staff=city_staff)
    await seats.tell(session, case, event, now)
    return case


async def release(session: AsyncSession, number: str, *, by: str, now: datetime) -> Case:
    """Main or sub leaves. If the main leaves, the sub acts as main; without a sub the case can be claimed again."""
    case = await record.hold(session, number, Action.RELEASE)
    if by not in (case.main, case.sub):
        raise refuse("not_yours", who=who(case.main))
    acting = by == case.main and case.sub is not None
    event = await record.change(
        session,
        case,
        Action.RELEASE,
        by=by,
        at=now,
        audience=Audience.CITIZEN,
        noted={"acting": acting},
        main=case.sub if by == case.main else case.main,
        sub=None,
    )
    if case.main is None:
        await telling.citizen(session, case, event, Phrase.RELEASED, now)
    await telling.thread(session, case, event, Note.RELEASED, now, main=case.main, sub=case.sub, acting=acting)
    await seats.tell(session, case, event, now)
    return case


async def hand_over(
    session: AsyncSession, number: str, *, to: str, reason: str, summary: str, by: str, now: datetime
) -> CaseEvent:
    """Give one's place to a colleague, with the reason and where things stand. Both texts are shown to staff only.

    Main and sub may swap by handing over to each other. Somebody who is neither (a lead) hands over the main's place.
    """
    case = await record.hold(session, number, Action.HAND_OVER)
    if problem := await _cannot_hand_over(session, case, to, reason, summary, by):
        raise problem
    main, sub = _places(case, to, by)
    event = await record.change(
        session, case, Action.HAND_OVER, by=by, at=now, words=[reason, summary], main=main, sub=sub
    )
    await telling.citizen(session, case, event, Phrase.HANDED_OVER, now)
    await telling.thread(session, case, event, Note.HANDED_OVER, now, to=to, reason=reason, summary=summary)
    await seats.tell(session, case, event, now)
    return event


async def assign(session: AsyncSession, number: str, *, to: str, seat: str, by: str, now: datetime) -> Case:
    """A lead gives a colleague the main's or sub's place. The case moves on as if the colleague had taken it."""
    case = await record.hold(session, number, Action.ASSIGN)
    if await role_of(session, by) not in (Role.LEAD, Role.ADMIN):
        raise refuse("assign_needs_lead")
    if problem := await _cannot_be_seated(session, case, to, seat, now):
        raise problem
    action = Action.CLAIM if seat == "main" else Action.JOIN
    phrase = Phrase.JOINED if seat == "sub" else claimed_phrase(case)
    event = await record.change(
        session, case, action, by=by, at=now, audience=Audience.CITIZEN, noted={"assigned": True}, **{seat: to}
    )
    await telling.citizen(session, case, event, phrase, now)
    await telling.thread(session, case, event, Note.ASSIGNED, now, to=to, seat=seat)
    await seats.tell(session, case, event, now)
    return case


def claimed_phrase(case: Case) -> Phrase:
    """Return how a citizen hears of a new main: the first, or another one."""
    return Phrase.CLAIMED if case.stage == Stage.RECEIVED else Phrase.CLAIMED_AGAIN


async def cannot_take(session: AsyncSession, case: Case, person: str) -> Refused | None:
    """Return why a person can't be given a coordinator's place in a case, if they can't."""
    if person in seats.taken(case):
        return refuse("hand_over_to_team", who=who(person))
    if not may(await role_of(session, person), Action.CLAIM):
        return refuse("hand_over_to_stranger", who=who(person))
    return None


async def _cannot_be_seated(session: AsyncSession, case: Case, to: str, seat: str, now: datetime) -> Refused | None:
    if problem := await cannot_take(session, case, to):
        return problem
    if to in await absence.away(session, [to], now):
        return refuse("assign_away", who=who(to))
    if seat == "sub" and case.main is None:
        return refuse("no_main")
    if seat == "main" and case.main is not None:
        return refuse("taken", who=who(case.main))
    return refuse("sub_taken", who=who(case.sub)) if seat == "sub" and case.sub else None


def _cannot_join(case: Case, by: str) -> Refused | None:
    if case.main is None:
        return refuse("no_main")
    if case.main == by:
        return refuse("main_is_not_sub")
    if case.city_staff == by:
        return refuse("city_staff_is_not_coordinator")
    if case.sub is not None:
        return refuse("sub_is_you") if case.sub == by else refuse("sub_taken", who=who(case.sub))
    return None


async def _cannot_hand_over(
    session: AsyncSession, case: Case, to: str, reason: str, summary: str, by: str
) -> Refused | None:
    if case.main is None:
        return refuse("no_main")
    if to == by:
        return refuse("hand_over_to_self")
    if by not in (case.main, case.sub) and await role_of(session, by) not in (Role.LEAD, Role.ADMIN):
        return refuse("hand_over_not_yours")
    if by not in (case.main, case.sub) and to in (case.main, case.sub):
        return refuse("hand_over_to_team", who=who(to))
    if to == case.city_staff:
        return refuse("city_staff_is_not_coordinator")
    if not may(await role_of(session, to), Action.CLAIM):
        return refuse("hand_over_to_stranger", who=who(to))
    if not has_words(reason) or not has_words(summary):
        return refuse("hand_over_without_words")
    return None


def _places(case: Case, to: str, by: str) -> tuple[str | None, str | None]:
    if to in (case.main, case.sub):
        return case.sub, case.main
    return (case.main, to) if by == case.sub else (to, case.sub)
