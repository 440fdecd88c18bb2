"""① 受付: a proposal becomes a case, and somebody takes it or shows the right door."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import files, record, telling
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse, who
from bot.desk.record.telling import Note, Phrase
from bot.desk.team.team import claimed_phrase
from bot.tables.calendars import reply_by
from knowledge import changes
from knowledge.entries import CONSULTATION
from knowledge.language.blanks import has_words
from knowledge.language.themes import theme_of
from storage.models import Audience, Case, CaseEvent, Proposal


async def open_case(
    session: AsyncSession, proposal: Proposal, given: Mapping[str, str], *, by: str, now: datetime
) -> Case:
    """Make a proposal a case with a number and a card; a second call returns the same case.

    The theme is found in `given`, its answers. The ward's calendar says by when the centre promises an answer.
    """
    # When somebody sends it twice at once, the second call waits here and then finds the case of the first.
    await session.exec(select(Proposal.id).where(col(Proposal.id) == proposal.id).with_for_update())
    known = (await session.exec(select(Case).where(Case.proposal_id == proposal.id))).first()
    if known is not None:
        return known
    case = await record.open_new(
        session,
        "case",
        by=by,
        now=now,
        noted={"channel": proposal.channel},
        proposal_id=proposal.id,
        citizen_id=proposal.citizen_id,
        theme=theme_of("\n".join(given.values())),
        promised_by=reply_by(now, proposal.ward),
    )
    await files.show(session, case, now)
    await changes.note(session, CONSULTATION, [case.number], now=now)
    return case


async def claim(session: AsyncSession, number: str, *, by: str, now: datetime) -> Case:
    """① → ②: a coordinator becomes the case's main. In a later stage this is possible when the main has left."""
    case = await record.hold(session, number, Action.CLAIM)
    if case.main is not None:
        raise refuse("taken_by_you") if case.main == by else refuse("taken", who=who(case.main))
    if case.city_staff == by:
        raise refuse("city_staff_is_not_coordinator")
    phrase = claimed_phrase(case)
    event = await record.change(session, case, Action.CLAIM, by=by, at=now, audience=Audience.CITIZEN, main=by)
    await telling.citizen(session, case, event, phrase, now)
    await telling.thread(session, case, event, Note.CLAIMED, now, main=by)
    return case


async def refer(session: AsyncSession, number: str, *, door: str, by: str, now: datetime) -> CaseEvent:
    """Show the citizen the right door, in words they can act on, and end the case here.

    `door` goes to the citizen as it is: which office, and how to reach it.
    """
    case = await record.hold(session, number, Action.REFER)
    if not has_words(door):
        raise refuse("refer_without_door")
    event = await record.change(session, case, Action.REFER, by=by, at=now, audience=Audience.CITIZEN, words=[door])
    told = await telling.citizen(session, case, event, Phrase.REFERRED, now, door=door)
    await telling.thread(session, case, event, Note.REFERRED, now, door=door, told=told)
    return event
