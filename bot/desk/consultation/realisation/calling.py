"""Who is told of a dialogue: staff alone, the citizen on LINE, and in the thread whom somebody must phone."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.consultation.hearing.appointments import REACHED
from bot.desk.consultation.realisation.invitations import CITIZEN, party_id, staff_of
from bot.desk.record import telling
from bot.desk.record.telling import Phrase
from bot.when import clock
from storage.models import Case, CaseEvent, Meeting, Stakeholder


async def invite(
    session: AsyncSession,
    case: Case,
    event: CaseEvent,
    meeting: Meeting,
    who: Sequence[str],
    now: datetime,
    phrase: Phrase,
) -> bool | None:
    """Ask staff alone and the citizen on LINE; tell whether the citizen hears of it, None where it isn't for them."""
    await telling.people(session, case, event, phrase, now, staff_of(who), meeting=meeting.id)
    return await _citizen(session, case, event, phrase, now, meeting=meeting.id) if CITIZEN in who else None


async def withdraw(
    session: AsyncSession,
    case: Case,
    event: CaseEvent,
    meeting: Meeting,
    who: Sequence[str],
    now: datetime,
    phrase: Phrase,
) -> bool | None:
    """Tell those who needn't come any more; the answer is as with an invitation."""
    await telling.people(session, case, event, phrase, now, staff_of(who), when=when(meeting))
    return await _citizen(session, case, event, phrase, now, when=when(meeting)) if CITIZEN in who else None


async def say(
    session: AsyncSession,
    case: Case,
    event: CaseEvent,
    meeting: Meeting,
    who: Sequence[str],
    now: datetime,
    note: str,
    told: bool | None,
    **values: object,
) -> None:
    """Tell the thread, with the parties that somebody must tell by phone or mail."""
    shown = {"when": when(meeting), "place": meeting.place, "agenda": meeting.agenda, **values}
    told_so = {} if told is None else {"told": told}
    await telling.thread(session, case, event, note, now, outside=await _outside(session, who), **shown, **told_so)


def when(meeting: Meeting) -> str:
    """Return the time of a dialogue as people read it."""
    return clock(meeting.starts_at) if meeting.starts_at else ""


async def _citizen(
    session: AsyncSession, case: Case, event: CaseEvent, phrase: Phrase, now: datetime, **values: object
) -> bool:
    if await telling.reach(session, case) not in REACHED:
        return False
    key = f"event:{event.id}"
    await outbox.tell_citizen(session, case.citizen_id, phrase, key, now, number=case.number, **values)
    return True


async def _outside(session: AsyncSession, who: Iterable[str]) -> list[str]:
    ids = [found for one in who if (found := party_id(one)) is not None]
    rows = await session.exec(select(Stakeholder).where(col(Stakeholder.id).in_(ids)).order_by(col(Stakeholder.id)))
    return [row.name for row in rows.all()]
