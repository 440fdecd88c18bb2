"""One look before anything is done: what came from a citizen, and where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation import privacy
from bot.desk.consultation.intake import proposals
from bot.hearing import confidential, late, taps
from bot.hearing.incoming import Incoming
from bot.hearing.standing import Standing


@dataclass(frozen=True)
class Arrived:
    """A message with everything that decides what becomes of it."""

    incoming: Incoming
    standing: Standing
    is_taken_back: bool = False  # by the citizen, before it arrived here
    is_applied: bool = False  # it has changed the draft already: this is a second attempt
    tap: Mapping[str, str] | None = None  # set if it answers the desk, by a button or in words
    is_early: bool = False  # written before the open question could be on the screen
    in_confidence: bool = False  # nothing is asked or repeated in the talk
    has_draft: bool = False  # only looked up in confidence: on the web form, or begun in the talk
    is_command: bool = False  # known where `must_be_read` says so

    @property
    def must_be_read(self) -> bool:
        """Whether Rasa must first tell if it is a command or the citizen's own words."""
        told = self.has_draft or self.standing.case is not None
        return self.is_early or (self.in_confidence and told)

    @property
    def is_stale(self) -> bool:
        """Whether it is a button of a question or proposal that isn't open any more."""
        return self.incoming.is_stale(self.standing.proposal)


async def look(
    session: AsyncSession, incoming: Incoming, standing: Standing, now: datetime, *, in_confidence: bool
) -> Arrived:
    """Return a message with what the database knows of it; nothing is changed."""
    proposal, words = standing.proposal, incoming.kind == "message" and incoming.content == "text"
    return Arrived(
        incoming,
        standing,
        is_taken_back=await privacy.was_unsent(session, incoming.message_id),
        is_applied=await proposals.was_applied(session, standing.citizen.id, incoming.key),
        tap=incoming.tap or (await taps.typed(session, standing, incoming.words, now) if words else None),
        is_early=proposal is not None
        and incoming.kind == "message"
        and await late.was_written_before(session, proposal, incoming),
        in_confidence=in_confidence,
        has_draft=in_confidence and await confidential.begun(session, standing.citizen.id) is not None,
    )
