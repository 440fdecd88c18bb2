"""A consultation somebody took in by phone, e-mail or at the counter becomes a case."""

from collections.abc import Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import proposals, received
from bot.cases.linking import LIFE
from bot.cases.proposals import Said
from bot.slack.desk import Desk, Press
from bot.when import day
from storage.models import QUESTIONS, Case, Proposal, ProposalState


async def open_from(session: AsyncSession, given: Mapping[str, str], desk: Desk, press: Press) -> Case:
    """Store what was typed as a sent proposal, verbatim, and open its case."""
    proposal = Proposal(
        channel=given["channel"],
        state=ProposalState.SENT,
        ward=given.get("ward") or None,
        party=given.get("party") or None,
        name=given.get("name") or None,
        contact=given.get("contact") or None,
        created_at=press.now,
        updated_at=press.now,
        sent_at=press.now,
    )
    session.add(proposal)
    await session.flush()
    answers = {question: given.get(question, "") for question in QUESTIONS}
    for question, text in answers.items():
        if text.strip():
            await proposals.keep(session, proposal.id, question, Said(f"{press.key}:{question}", press.now, text))
    return await received.open_case(
        session,
        proposal,
        theme=desk.theme_of("\n".join(answers.values())),
        by=press.by,
        now=press.now,
        promised_by=desk.promise(press.now, proposal.ward),
    )


def code_told(sentence: str, number: str, code: str, press: Press) -> str:
    """Return what the person at the phone reads of a code: until when, and what to tell the citizen."""
    return sentence.format(number=number, code=code, until=day(press.now + LIFE))
