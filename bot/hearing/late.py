"""A message written before the next question could be on the screen belongs to the answer before it."""

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import proposals
from bot.desk.consultation.intake.proposals import Said
from bot.desk.consultation.intake.short_answers import APPENDED
from bot.desk.record.answers import FIELDS
from bot.hearing.incoming import Incoming
from bot.hearing.rasa import Rasa
from storage.models import QUESTIONS, Delivery, OutboxRow, Proposal

SHORT = 20  # characters: the AnswerGuard's limit; a longer text is never a command


async def was_written_before(session: AsyncSession, proposal: Proposal, incoming: Incoming) -> bool:
    """Tell whether the citizen wrote this before our next question was on its way to the screen."""
    if proposal.before not in (*QUESTIONS, *APPENDED) or proposal.mode:
        return False
    if proposal.asked_at is not None:
        return incoming.at < proposal.asked_at
    waiting = await session.exec(
        select(OutboxRow.first_try_at).where(
            OutboxRow.conv == f"line:{proposal.citizen_id}",
            OutboxRow.status == Delivery.NEW,
            OutboxRow.kind == "turn",
        )
    )
    # A message that was tried may have arrived unknown to us, and people who write after that may have read it.
    return any(tried is None or incoming.at < tried for tried in waiting.all())


async def is_command(rasa: Rasa, incoming: Incoming) -> bool:
    """Tell whether a short text is exactly one of the menu's words."""
    if incoming.content != "text" or len(incoming.text) > SHORT:
        return False
    intent, confidence = await rasa.understand(incoming.text.lstrip("/"))
    return confidence == 1.0 and intent != "inform"


async def add(session: AsyncSession, proposal: Proposal, said: Said) -> None:
    """Add a message to the answer it belongs to; the open question stays open."""
    before = proposal.before or QUESTIONS[0]
    named = before in APPENDED and said.kind == "text"
    await proposals.keep(session, proposal.id, QUESTIONS[0] if before in FIELDS and not named else before, said)
    if named:
        so_far = getattr(proposal, before) or ""
        setattr(proposal, before, f"{so_far} {said.text.strip()}".strip())
