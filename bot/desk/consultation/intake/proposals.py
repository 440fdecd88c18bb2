"""A draft on its way: which question is open, and what becomes of each message.

Every change stamps the proposal with the key of the message that caused it, so a message that is
worked on twice changes nothing the second time.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import short_answers
from bot.desk.record.answers import AS_SAID, ASIDE, FIELDS, ORDER, REVIEW, answers, asides, next_open, parts
from knowledge.language import blanks
from storage.models import (
    QUESTIONS,
    AnswerPart,
    Channel,
    Consent,
    PartState,
    Proposal,
    ProposalState,
)


@dataclass(frozen=True)
class Said:
    """One message of a citizen, verbatim."""

    key: str  # the inbox key
    at: datetime  # when the citizen wrote it, by LINE's clock
    text: str = ""
    kind: str = "text"
    line_message_id: str | None = None
    place: int = 0  # among photos sent at once

    @property
    def is_wordless(self) -> bool:
        """Whether it is a photo, a sticker or the like, whose text only describes it."""
        return self.kind != "text"


async def draft_of(session: AsyncSession, citizen_id: int | None) -> Proposal | None:
    """Return the draft that the citizen tells on LINE, if one is open."""
    rows = await session.exec(
        select(Proposal)
        .where(
            Proposal.citizen_id == citizen_id,
            Proposal.state == ProposalState.DRAFT,
            Proposal.channel == Channel.LINE,  # the talk asks nothing about a draft on the web form
        )
        .order_by(col(Proposal.id).desc())
    )
    return rows.first()


async def was_applied(session: AsyncSession, citizen_id: int | None, key: str) -> bool:
    """Tell whether a message has changed a proposal of this citizen already."""
    found = await session.exec(select(Proposal.id).where(Proposal.citizen_id == citizen_id, Proposal.turn_key == key))
    return found.first() is not None


async def begin(session: AsyncSession, citizen_id: int, version: str, key: str, now: datetime) -> Proposal:
    """Store the consent and open a draft at the first question."""
    consent = Consent(citizen_id=citizen_id, version=version, at=now)
    session.add(consent)
    await session.flush()
    proposal = Proposal(
        citizen_id=citizen_id,
        channel=Channel.LINE,
        consent_id=consent.id,
        question=QUESTIONS[0],
        turn_key=key,
        created_at=now,
        updated_at=now,
    )
    session.add(proposal)
    await session.flush()
    return proposal


def ask(proposal: Proposal, question: str, *, mode: str = "", before: str | None = None) -> None:
    """Open a question; `before` is the one whose answer may still be arriving."""
    proposal.question, proposal.mode, proposal.before = question, mode, before
    proposal.asked_at = None


def stamp(proposal: Proposal, key: str, now: datetime) -> None:
    """Note the message that changed the proposal, and that the citizen is back."""
    proposal.turn_key, proposal.updated_at, proposal.paused_at = key, now, None


async def keep(
    session: AsyncSession,
    proposal_id: int | None,
    question: str,
    said: Said,
    state: PartState = PartState.KEPT,
    offered: str = "",
) -> None:
    """Store a message with an answer; a message stored already stays as it is."""
    known = await session.exec(
        select(AnswerPart.id).where(AnswerPart.proposal_id == proposal_id, AnswerPart.message_key == said.key)
    )
    if known.first() is None:
        session.add(
            AnswerPart(
                proposal_id=proposal_id or 0,
                question=question,
                state=state,
                kind=said.kind,
                text=said.text,
                offered=offered,
                message_key=said.key,
                line_message_id=said.line_message_id,
                said_at=said.at,
                place=said.place,
            )
        )
        await session.flush()


async def reword(session: AsyncSession, said: Said) -> AnswerPart | None:
    """Let the new wording of a message stand where the old one stood, and return it.

    None: no such words are kept, a newer wording is, or the new one holds nothing to read.
    """
    old = await session.exec(
        select(AnswerPart)
        .where(AnswerPart.line_message_id == said.line_message_id, AnswerPart.kind == "text")
        .where(col(AnswerPart.state).in_((PartState.KEPT, PartState.DOUBTFUL)), AnswerPart.message_key != said.key)
    )
    part = old.first()
    if part is None or said.is_wordless or not said.line_message_id or not blanks.has_words(said.text):
        return None
    if said.at < (part.worded_at or part.said_at):  # LINE brings events again later when nobody said 200
        return None
    await change_field(session, part, said.text)
    worded = {"text": said.text, "message_key": said.key, "worded_at": said.at}
    new = AnswerPart(**{**part.model_dump(exclude={"id"}), **worded})
    part.state = PartState.REPLACED
    session.add_all([part, new])
    await session.flush()
    return new


async def change_field(session: AsyncSession, part: AnswerPart, new: str = "") -> None:
    """Put a short answer right when a message that tells it says something else from now on, or nothing."""
    if part.question not in FIELDS or part.state != PartState.KEPT:
        return
    proposal = await session.get_one(Proposal, part.proposal_id)
    told = [one for one in await parts(session, part.proposal_id) if one.question == part.question]
    texts, at = [one.text for one in told], [one.id for one in told].index(part.id)
    setattr(
        proposal, part.question, short_answers.changed(part.question, getattr(proposal, part.question), texts, at, new)
    )
    session.add(proposal)


async def has_words(session: AsyncSession, proposal: Proposal, question: str) -> bool:
    """Tell whether an answer holds words, or only photos, stickers and the like."""
    return any(part.kind == "text" for part in await parts(session, proposal.id) if part.question == question)


async def doubtful(session: AsyncSession, proposal_id: int | None) -> list[AnswerPart]:
    """Return the messages that were asked back and not decided yet, oldest first."""
    rows = await session.exec(
        select(AnswerPart)
        .where(AnswerPart.proposal_id == proposal_id, AnswerPart.state == PartState.DOUBTFUL)
        .order_by(*AS_SAID)
    )
    return list(rows.all())


async def was_command(session: AsyncSession, proposal_id: int | None, intent: str) -> None:
    """The citizen tapped the command that was offered. So the messages that may have meant it are no answers."""
    for part in await doubtful(session, proposal_id):
        if part.offered == intent:
            part.state = PartState.DROPPED
            session.add(part)


async def answer(session: AsyncSession, proposal: Proposal, said: Said) -> None:
    """Keep a message as (part of) the answer to the open question; the question stays open."""
    question = proposal.question or QUESTIONS[0]
    if proposal.mode == "correct" and said.kind == "text":  # a sticker doesn't replace what was written
        await set_aside(session, proposal, question)
        proposal.mode = ""
    await set_beside(session, proposal.id)
    await keep(session, proposal.id, question, said)
    proposal.skipped = {**proposal.skipped, question: False}


async def set_beside(session: AsyncSession, proposal_id: int | None) -> None:
    """Keep the messages nobody decided about beside the answers, where citizen and coordinators see them."""
    for part in await doubtful(session, proposal_id):
        part.state, part.question = PartState.KEPT, ASIDE
        session.add(part)
    await session.flush()


async def leave_out(session: AsyncSession, citizen_id: int | None, part_id: int) -> AnswerPart | None:
    """Take out what stands beside the answers of the citizen's draft; None when it isn't there (any more)."""
    draft = await draft_of(session, citizen_id)
    beside = await asides(session, draft.id) if draft else []
    part = next((one for one in beside if one.id == part_id), None)
    if part:
        part.state = PartState.DROPPED
        session.add(part)
    return part


async def take_as_answer(session: AsyncSession, proposal: Proposal, part: AnswerPart) -> None:
    """Make a doubtful message (part of) the answer to the question it came at, and open the question after that."""
    if part.question not in QUESTIONS:
        part.question = QUESTIONS[0]
    ask(proposal, part.question, mode=proposal.mode if proposal.question == part.question else "add")
    if proposal.mode == "correct":
        await set_aside(session, proposal, part.question)
    part.state = PartState.KEPT
    session.add(part)
    await session.flush()
    proposal.skipped = {**proposal.skipped, part.question: False}


async def move_on(session: AsyncSession, proposal: Proposal) -> str:
    """Open the first question that has no answer yet, and return it."""
    given = await answers(session, proposal.id)
    ask(proposal, next_open(proposal, given), before=proposal.question)
    return proposal.question or REVIEW


async def pass_over(session: AsyncSession, proposal: Proposal) -> str:
    """Skip the open question, or keep the answer it has, and return the next."""
    question = proposal.question or QUESTIONS[0]
    given = await answers(session, proposal.id)
    if not given.get(question) and not getattr(proposal, question, None):
        proposal.skipped = {**proposal.skipped, question: True}
    ask(proposal, next_open(proposal, given))
    return proposal.question or REVIEW


async def previous(session: AsyncSession, proposal: Proposal) -> str | None:
    """Return the question before the open one, or None at the first."""
    at = len(ORDER) if proposal.question == REVIEW else ORDER.index(proposal.question or ORDER[0])
    return ORDER[at - 1] if at else None


async def set_aside(session: AsyncSession, proposal: Proposal, question: str) -> None:
    """Mark the words of an answer as replaced by others. They are kept until they are erased."""
    await session.exec(
        update(AnswerPart)
        .where(
            col(AnswerPart.proposal_id) == proposal.id,
            col(AnswerPart.question) == question,
            col(AnswerPart.state) == PartState.KEPT,
            col(AnswerPart.kind) == "text",
        )
        .values(state=PartState.REPLACED)
    )
