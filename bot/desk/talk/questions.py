"""The one question that waits for a citizen's answer: open from when it is asked until they write."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import redraw_card
from bot.desk.record import record
from bot.desk.record.moves import Action
from bot.desk.record.record import Event, Line
from storage.models import AnswerPart, Audience, Case, CaseEvent

NOT_RECEIVED = "question"  # in the history of a reply that didn't arrive: the reply was a question


def open_in(history: Iterable[Line]) -> str | None:
    """Return what the open question is about, one of the five, or None."""
    about: str | None = None
    for line in history:
        if line.action == Action.ASK:
            about = str(line.after.get("about", ""))
        elif line.action == Event.ANSWERED or line.after.get(NOT_RECEIVED):
            about = None
    return about


async def is_open(session: AsyncSession, case: Case) -> str | None:
    """Return what the case's open question is about, or None."""
    found = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id))
    return open_in((await session.exec(found)).all())


async def answered(session: AsyncSession, case: Case, *, key: str, now: datetime) -> None:
    """Note that the citizen's message answers the open question, if there is one. It joins the answer to it."""
    if (about := await is_open(session, case)) is None:
        return
    part = update(AnswerPart).where(col(AnswerPart.proposal_id) == case.proposal_id, col(AnswerPart.message_key) == key)
    await session.exec(part.values(question=about))
    await record.append(
        session,
        case,
        Event.ANSWERED,
        by="citizen",
        at=now,
        cause=f"{key}:answered",
        audience=Audience.CITIZEN,
        after={"about": about},
    )
    await redraw_card(session, case.id or 0, now)
