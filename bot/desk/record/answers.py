"""What a proposal says: its answers, put together from the messages they came in."""

from collections.abc import Iterable, Mapping

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import QUESTIONS, AnswerPart, PartState, Proposal

FIELDS = ("ward", "party", "name", "contact")  # asked after the five; all may be skipped
ORDER = (*QUESTIONS, *FIELDS)
MESSAGE = "message"  # what a citizen writes after sending: no answer, but kept and erased like one
ASIDE = "aside"  # what nobody said to be an answer, such as a question to us: kept beside the answers, never in one
AS_SAID = (col(AnswerPart.said_at), col(AnswerPart.place), col(AnswerPart.id))  # the order of what somebody said
REVIEW = "review"  # nothing is left to ask: the citizen looks it over and sends it


async def parts(session: AsyncSession, proposal_id: int | None) -> list[AnswerPart]:
    """Return the messages that belong to the answers, in the order they were written."""
    rows = await session.exec(
        select(AnswerPart)
        .where(AnswerPart.proposal_id == proposal_id, AnswerPart.state == PartState.KEPT)
        .order_by(*AS_SAID)
    )
    return list(rows.all())


def texts(rows: Iterable[AnswerPart]) -> dict[str, str]:
    """Return the five answers verbatim by question, several messages on a line each; skipped ones are empty."""
    rows = list(rows)
    return {q: "\n".join(row.text for row in rows if row.question == q) for q in QUESTIONS}


async def answers(session: AsyncSession, proposal_id: int | None) -> dict[str, str]:
    """Return the five answers of a proposal verbatim by question."""
    return texts(await parts(session, proposal_id))


async def asides(session: AsyncSession, proposal_id: int | None) -> list[AnswerPart]:
    """Return what stands beside the answers: kept there, or not decided about yet; in the order it was written."""
    part = AnswerPart
    beside = (col(part.question) == ASIDE) & (col(part.state) == PartState.KEPT)
    undecided = (col(part.question) != MESSAGE) & (col(part.state) == PartState.DOUBTFUL)
    found = select(part).where(part.proposal_id == proposal_id, or_(beside, undecided))
    return list((await session.exec(found.order_by(*AS_SAID))).all())


def settled(proposal: Proposal, given: Mapping[str, str]) -> set[str]:
    """Return the questions that have an answer or were passed over."""
    filled = {q for q, words in given.items() if words} | {f for f in FIELDS if getattr(proposal, f)}
    return filled | {q for q, passed in proposal.skipped.items() if passed}


def next_open(proposal: Proposal, given: Mapping[str, str]) -> str:
    """Return the first question without an answer, or REVIEW."""
    done = settled(proposal, given)
    return next((q for q in ORDER if q not in done), REVIEW)
