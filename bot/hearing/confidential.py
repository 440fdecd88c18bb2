"""Privacy mode `confidential`: nothing is asked in the talk. Citizens get the address of the web form instead."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.heard import citizen_wrote
from bot.desk.consultation.intake import forms, proposals
from bot.desk.record.answers import MESSAGE
from bot.hearing.incoming import Incoming
from bot.hearing.standing import Standing
from bot.hearing.taps.kinds import Said
from bot.phrases import phrase
from storage.models import Case, Channel, Proposal, ProposalState

FormAt = Callable[[int], str]
# Commands about a draft: on the form people see and do each of them directly.
TYPED_TOO = ("resume", "submit", "correct_answer", "add_more", "skip", "go_back", "pause", "status_query")
OF_A_DRAFT = (*TYPED_TOO, "answer_as_is", "show_answer")
_TYPED = {phrase(f"label_command_{name}") for name in TYPED_TOO}


def agrees(incoming: Incoming) -> bool:
    """Tell whether the citizen has just agreed, by the button or in its words."""
    return incoming.intent == "agree" or incoming.words.strip() == phrase("label_command_agree")


def is_about_the_draft(incoming: Incoming) -> bool:
    """Tell whether a command is one that people see on the form instead."""
    return incoming.intent in OF_A_DRAFT or incoming.words.strip() in _TYPED


async def hand_out(session: AsyncSession, standing: Standing, key: str, now: datetime, at: FormAt) -> Said:
    """Say the address of the form that was begun, or of a new one. A draft begun in the talk goes on there."""
    draft = await begun(session, standing.citizen.id)
    if draft is None:
        draft = await forms.begin(session, version=phrase("consent_version"), now=now, citizen=standing.citizen)
    draft.channel, draft.question = Channel.WEB, None
    proposals.stamp(draft, key, now)
    return [{"text": phrase("form_link", link=at(draft.id or 0))}]


async def pass_on(session: AsyncSession, case: Case, incoming: Incoming, now: datetime, at: FormAt) -> Said:
    """Hand words from the talk to the desk. The answer repeats none of them, and says where to write instead."""
    said = incoming.said()
    await proposals.keep(session, case.proposal_id, MESSAGE, said)
    await citizen_wrote(session, case, [said.text], key=incoming.key, now=now)
    return [{"text": phrase("passed_on", number=case.number, link=at(case.proposal_id or 0))}]


async def begun(session: AsyncSession, citizen_id: int | None) -> Proposal | None:
    """Return the draft that somebody is writing, on the form or begun in the talk."""
    found = select(Proposal).where(Proposal.citizen_id == citizen_id, Proposal.state == ProposalState.DRAFT)
    return (await session.exec(found.order_by(col(Proposal.id).desc()))).first()
