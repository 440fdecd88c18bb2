"""Events that ask for no answer: from a group chat, a message taken back, an account that was blocked."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation import privacy
from bot.hearing.incoming import Incoming
from bot.hearing.saying import point_the_way
from bot.hearing.standing import known


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


async def _unfollow(session: AsyncSession, incoming: Incoming, _now: datetime) -> None:
    if citizen := await known(session, incoming.user_id or ""):
        citizen.following = False


DOES: dict[str, Callable[[AsyncSession, Incoming, datetime], Awaitable[None]]] = {
    "unsend": _unsend,
    "unfollow": _unfollow,
}
