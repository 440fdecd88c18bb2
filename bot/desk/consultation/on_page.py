"""What a consultation's page shows beside the messages: dates, plans and texts for the citizen, and what is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.hearing import appointments
from bot.desk.consultation.publishing import publication
from bot.desk.consultation.realisation import plan
from bot.desk.consultation.realisation.invitations import CITIZEN
from bot.desk.record.answers import FIELDS, answers
from bot.when import TOKYO
from storage.models import (
    QUESTIONS,
    Case,
    Invitation,
    Meeting,
    MeetingKind,
    MeetingState,
    PlanTask,
    Proposal,
    PublicationState,
)


@dataclass(frozen=True)
class Line:
    """One line of news: the key of the page's own words, a time in them, and what people wrote, verbatim."""

    key: str = ""
    at: datetime | None = None
    words: str = ""


async def put_to_citizen(session: AsyncSession, case: Case) -> list[list[Line]]:
    """Return what the citizen should answer or know now, each in its lines; what is over is left out."""
    if case.citizen_id is None:  # erased
        return []
    found = [await _hearing(session, case), await _dialogue(session, case)]
    found += [await _plan(session, case), await _publication(session, case)]
    return [lines for lines in found if lines]


async def kept(session: AsyncSession, case: Case) -> Mapping[str, str]:
    """Return what the citizen told, by the names of the questions; nothing once it was erased."""
    proposal = await session.get(Proposal, case.proposal_id)
    if proposal is None or case.citizen_id is None:
        return {}
    told = {**await answers(session, proposal.id), **{name: getattr(proposal, name) or "" for name in FIELDS}}
    return {name: told[name] for name in (*QUESTIONS, *FIELDS) if told[name]}


async def _hearing(session: AsyncSession, case: Case) -> list[Line]:
    meeting = await appointments.newest(session, case, MeetingKind.HEARING)
    if meeting is None or meeting.state not in appointments.LIVE:
        return []
    if meeting.starts_at:
        when = [Line("news_hearing", meeting.starts_at)]
    else:
        when = [Line("news_hearing_dates"), *(Line("news_date", at) for at in appointments.options(meeting))]
    return [*when, *_about(meeting, "news_remark")]


async def _dialogue(session: AsyncSession, case: Case) -> list[Line]:
    meeting = await appointments.newest(session, case, MeetingKind.DIALOGUE)
    if meeting is None or meeting.state != MeetingState.FIXED or not await _is_invited(session, meeting):
        return []
    return [Line("news_dialogue", meeting.starts_at), *_about(meeting, "news_agenda")]


def _about(meeting: Meeting, agenda: str) -> list[Line]:
    lines = [Line("news_place", words=meeting.place), Line(agenda, words=meeting.agenda)]
    return [line for line in lines if line.words]


async def _is_invited(session: AsyncSession, meeting: Meeting) -> bool:
    asked = select(Invitation.id).where(Invitation.meeting_id == meeting.id, Invitation.who == CITIZEN)
    return (await session.exec(asked)).first() is not None


async def _plan(session: AsyncSession, case: Case) -> list[Line]:
    shown = plan.milestones(await plan.of(session, case))
    return [Line("news_plan"), *map(_milestone, shown)] if shown else []


def _milestone(task: PlanTask) -> Line:
    if task.done_at:
        return Line("news_done", words=task.title)
    return Line("news_due", datetime.combine(task.due_on, time(12), TOKYO), task.title)


async def _publication(session: AsyncSession, case: Case) -> list[Line]:
    row = await publication.row_of(session, case)
    if row is None or row.state != PublicationState.ASKED:
        return []
    written = publication.text_of(row).whole.split("\n")
    return [Line("news_publication"), *(Line(words=words) for words in written if words)]
