"""What a consultation's page shows beside the talk: dates, plans and texts put to the citizen, and what is kept."""

from collections.abc import Mapping

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import meetings, plan, publication
from bot.cases.answers import FIELDS, answers
from bot.cases.invitations import CITIZEN
from bot.phrases import phrase
from bot.when import clock
from storage.models import (
    QUESTIONS,
    Case,
    Invitation,
    Meeting,
    MeetingKind,
    MeetingState,
    Proposal,
    PublicationState,
)


async def put_to_citizen(session: AsyncSession, case: Case) -> list[str]:
    """Return what is open before the citizen, each as one text; what is over isn't there any more."""
    if case.citizen_id is None:  # erased
        return []
    found = [await _hearing(session, case), await _dialogue(session, case)]
    found += [await _plan(session, case), await _publication(session, case)]
    return [text for text in found if text]


async def kept(session: AsyncSession, case: Case) -> Mapping[str, str]:
    """Return what the citizen told, by the names of the questions; nothing once it was erased."""
    proposal = await session.get(Proposal, case.proposal_id)
    if proposal is None or case.citizen_id is None:
        return {}
    told = {**await answers(session, proposal.id), **{name: getattr(proposal, name) or "" for name in FIELDS}}
    return {name: told[name] for name in (*QUESTIONS, *FIELDS) if told[name]}


async def _hearing(session: AsyncSession, case: Case) -> str:
    meeting = await meetings.newest(session, case, MeetingKind.HEARING)
    if meeting is None or meeting.state not in meetings.LIVE:
        return ""
    if meeting.starts_at:
        said = [phrase("page_hearing", at=clock(meeting.starts_at))]
    else:
        said = [phrase("page_hearing_dates"), *(f"・{clock(time)}" for time in meetings.options(meeting))]
    said.append(phrase("hearing_place", place=meeting.place))
    return "\n".join([*said, *([phrase("hearing_remark", remark=meeting.agenda)] if meeting.agenda else [])])


async def _dialogue(session: AsyncSession, case: Case) -> str:
    meeting = await meetings.newest(session, case, MeetingKind.DIALOGUE)
    if meeting is None or meeting.state != MeetingState.FIXED or not await _is_invited(session, meeting):
        return ""
    at = clock(meeting.starts_at) if meeting.starts_at else ""
    said = [phrase("page_dialogue", at=at), phrase("hearing_place", place=meeting.place)]
    return "\n".join([*said, *([phrase("dialogue_agenda", agenda=meeting.agenda)] if meeting.agenda else [])])


async def _is_invited(session: AsyncSession, meeting: Meeting) -> bool:
    asked = select(Invitation.id).where(Invitation.meeting_id == meeting.id, Invitation.who == CITIZEN)
    return (await session.exec(asked)).first() is not None


async def _plan(session: AsyncSession, case: Case) -> str:
    shown = plan.milestones(await plan.of(session, case))
    return "\n".join([phrase("page_plan"), *map(plan.line, shown)]) if shown else ""


async def _publication(session: AsyncSession, case: Case) -> str:
    row = await publication.row_of(session, case)
    if row is None or row.state != PublicationState.ASKED:
        return ""
    return "\n\n".join([phrase("page_publication"), *filter(None, publication.text_of(row).whole.split("\n"))])
