"""The same consultation came twice: one case ends in the other, and both keep their numbers."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import redraw_card
from bot.desk.record import record, telling
from bot.desk.record.moves import Action, kind_of
from bot.desk.record.numbers import read_number
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse
from bot.desk.record.telling import Note, Phrase
from knowledge import changes
from knowledge.entries import CONSULTATION
from storage.models import Audience, Case, Stage


async def merge(
    session: AsyncSession, number: str, *, into: str, other_citizen: bool, by: str, now: datetime
) -> tuple[Case, Case]:
    """End the case in another one, which goes on for both. Return the two.

    `other_citizen` says that the coordinator knows them to be from different people. From here on what the citizen
    of the ended case writes is shown to those who have the other.
    """
    case, heir = await _hold_both(session, number, into)
    kind_of(case).move(case.stage, Action.MERGE)
    if heir.merged_into is not None:
        raise refuse("merge_into_merged", number=heir.number, into=heir.merged_into)
    if heir.stage == Stage.CLOSED:
        raise refuse("merge_into_closed", number=heir.number)
    if case.citizen_id and heir.citizen_id and case.citizen_id != heir.citizen_id and not other_citizen:
        raise refuse("merge_other_citizen")
    event = await record.change(
        session, case, Action.MERGE, by=by, at=now, audience=Audience.CITIZEN, merged_into=heir.number
    )
    taken = await record.append(session, heir, Event.MERGED_HERE, by=by, at=now, after={"merged": case.number})
    told = await telling.citizen(session, case, event, Phrase.MERGED, now, into=heir.number)
    await telling.thread(session, case, event, Note.MERGED, now, into=heir.number, told=told)
    await telling.thread(session, heir, taken, Note.MERGED_HERE, now, merged=case.number)
    await redraw_card(session, taken.case_id, now)
    await changes.note(session, CONSULTATION, [case.number], now=now)
    return case, heir


async def living(session: AsyncSession, case: Case) -> Case:
    """Return the case in which this one goes on: itself, unless it was merged."""
    while case.merged_into is not None:
        case = (await session.exec(select(Case).where(Case.number == case.merged_into))).one()
    return case


async def _hold_both(session: AsyncSession, number: str, into: str) -> tuple[Case, Case]:
    """Hold both, in the order of their numbers. Else two people who merge them the other way round would deadlock."""
    one, other = read_number(number), read_number(into)
    if one == other:
        raise refuse("merge_into_itself")
    held = {wanted: await record.hold(session, wanted) for wanted in sorted((one, other))}
    return held[one], held[other]
