"""A proposal that is written on the web form: begun with consent, saved as often as wished, sent once."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import proposals, received
from bot.desk.consultation.intake.proposals import Said
from bot.desk.record.answers import FIELDS, answers
from knowledge.language.blanks import has_words, trimmed
from storage.models import (
    QUESTIONS,
    Case,
    Channel,
    Citizen,
    Consent,
    Proposal,
    ProposalState,
)


async def begin(session: AsyncSession, *, version: str, now: datetime, citizen: Citizen | None = None) -> Proposal:
    """Store the consent and open a draft. Without a `citizen` known from LINE, a new one without a name is stored."""
    if citizen is None:
        citizen = Citizen(created_at=now)
        session.add(citizen)
        await session.flush()
    consent = Consent(citizen_id=citizen.id or 0, version=version, at=now)
    session.add(consent)
    await session.flush()
    proposal = Proposal(
        citizen_id=citizen.id, channel=Channel.WEB, consent_id=consent.id, created_at=now, updated_at=now
    )
    session.add(proposal)
    await session.flush()
    return proposal


async def open_draft(session: AsyncSession, proposal_id: int) -> Proposal | None:
    """Return a draft for a change, as it is now, or None when it was sent or taken back."""
    found = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    proposal = (await session.exec(found.execution_options(populate_existing=True))).first()
    return proposal if proposal and proposal.state == ProposalState.DRAFT else None


async def save(session: AsyncSession, proposal: Proposal, given: Mapping[str, str], *, key: str, now: datetime) -> None:
    """Keep what was written, verbatim. The old words of a changed answer are kept until they are erased."""
    known = await answers(session, proposal.id)
    for question in QUESTIONS:
        text = given.get(question, known[question])
        if text == known[question]:
            continue
        await proposals.set_aside(session, proposal, question)
        if has_words(text):
            await proposals.keep(session, proposal.id, question, Said(f"{key}:{question}", now, text))
        proposal.skipped = {**proposal.skipped, question: not has_words(text)}
    for field in FIELDS:
        setattr(proposal, field, trimmed(given.get(field, getattr(proposal, field) or "")) or None)
    proposal.updated_at = now
    session.add(proposal)


async def send(session: AsyncSession, proposal: Proposal, given: Mapping[str, str], *, now: datetime) -> Case:
    """Make the draft a case, the very same as one told on LINE becomes."""
    proposal.state, proposal.sent_at = ProposalState.SENT, now
    session.add(proposal)
    return await received.open_case(session, proposal, given, by="citizen", now=now)


async def case_of(session: AsyncSession, proposal_id: int | None) -> Case | None:
    """Return the case that a proposal has become."""
    return (await session.exec(select(Case).where(Case.proposal_id == proposal_id))).first()
