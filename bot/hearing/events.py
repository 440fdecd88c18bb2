"""Events that ask for no answer: from a group chat, a message taken back or edited, an account that was blocked."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation import privacy
from bot.desk.consultation.heard import citizen_wrote
from bot.desk.consultation.intake import proposals
from bot.hearing.incoming import Incoming
from bot.hearing.saying import point_the_way
from bot.hearing.standing import is_here, known
from knowledge import changes
from knowledge.entries import CONSULTATION
from storage.models import Case


async def keep(session: AsyncSession, incoming: Incoming, conv: str, now: datetime) -> None:
    """Write down what an event means for us; most mean nothing."""
    if incoming.user_id is None or not incoming.one_to_one:
        if incoming.reply_token and incoming.kind in ("join", "message"):
            await point_the_way(session, incoming, conv, now)
    elif does := DOES.get(incoming.kind):
        await does(session, incoming, now)


async def _unsend(session: AsyncSession, incoming: Incoming, now: datetime) -> None:
    if incoming.message_id:
        await privacy.unsend(session, incoming.message_id, now=now)


async def _edit(session: AsyncSession, incoming: Incoming, now: datetime) -> None:
    """Keep the new wording of a message. webhook.yml doesn't have this event yet; LINE's samples do."""
    if await privacy.was_unsent(session, incoming.message_id):
        return
    part = await proposals.reword(session, incoming.said())
    whose = select(Case).where(Case.proposal_id == part.proposal_id) if part else None
    case = (await session.exec(whose)).first() if whose is not None else None
    if part and case:
        await citizen_wrote(session, case, [part.text], key=incoming.key, now=now)
        await changes.note(session, CONSULTATION, [case.number], now=now)


async def _follow(session: AsyncSession, incoming: Incoming, _now: datetime) -> None:
    if citizen := await known(session, incoming.user_id or ""):
        is_here(citizen, incoming)


async def _unfollow(session: AsyncSession, incoming: Incoming, _now: datetime) -> None:
    if citizen := await known(session, incoming.user_id or ""):
        is_here(citizen, incoming, following=False)


DOES: dict[str, Callable[[AsyncSession, Incoming, datetime], Awaitable[None]]] = {
    "unsend": _unsend,
    "messageEdited": _edit,
    "follow": _follow,  # only where another system answers; else it is a turn
    "unfollow": _unfollow,
}
