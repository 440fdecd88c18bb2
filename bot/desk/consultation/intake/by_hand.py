"""A consultation somebody took in by phone, e-mail or at the counter becomes a case."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import proposals, received
from bot.desk.consultation.intake.proposals import Said
from knowledge.language.blanks import has_words
from storage.models import QUESTIONS, Case, Proposal, ProposalState


async def take_in(session: AsyncSession, given: Mapping[str, str], *, key: str, by: str, now: datetime) -> Case:
    """Store what somebody told as a sent proposal, verbatim, and open its case.

    `given` has the five answers by name, `channel`, and ward, party, name and contact where they are known; each
    answer is kept under `key` and its name.
    """
    proposal = Proposal(
        channel=given["channel"],
        state=ProposalState.SENT,
        ward=given.get("ward") or None,
        party=given.get("party") or None,
        name=given.get("name") or None,
        contact=given.get("contact") or None,
        created_at=now,
        updated_at=now,
        sent_at=now,
    )
    session.add(proposal)
    await session.flush()
    answers = {question: given.get(question, "") for question in QUESTIONS}
    for question, text in answers.items():
        if has_words(text):
            await proposals.keep(session, proposal.id, question, Said(f"{key}:{question}", now, text))
    return await received.open_case(session, proposal, answers, by=by, now=now)
