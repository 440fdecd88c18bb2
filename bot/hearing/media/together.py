"""What a citizen does in one action is one turn: photos chosen together, which LINE sends one by one.

They come in any order, each in a request of its own, and one may come late or never. The first that came waits for
the rest, but not long; its turn is the turn of all that are here, and whichever comes later joins them without a word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.inbox import ClaimedEvent
from bot.desk.consultation import privacy
from bot.desk.consultation.intake import proposals
from bot.errors import TryLater
from bot.hearing.incoming import Incoming
from bot.hearing.media import download
from storage.models import AnswerPart, Citizen, Delivery, InboxRow, PartState, Proposal

PATIENCE = timedelta(seconds=5)  # for the rest of what was sent at once; the reply token is good for a minute
LOOK_AGAIN = 0.5  # seconds


def await_the_rest(incoming: Incoming, here: int, now: datetime) -> None:
    """Raise TryLater while photos of the same set may be on their way; so many have come."""
    if incoming.action and here < incoming.of and now - incoming.received_at < PATIENCE:
        raise TryLater("the rest of what was sent at once is on its way", after=LOOK_AGAIN)


def over(beside: Sequence[InboxRow]) -> list[str]:
    """Return the keys of the events whose turn is over: it was the turn of all. Without any, it is still to come."""
    return [row.key for row in beside if row.status == Delivery.DONE]


def waiting(beside: Sequence[InboxRow]) -> list[InboxRow]:
    """Return the events that have their turn together with the one that is worked on."""
    return [row for row in beside if row.status == Delivery.NEW]


def read(rows: Sequence[InboxRow]) -> list[Incoming]:
    """Return events as what happened on LINE."""
    return [Incoming.read(row.key, row.body, row.received_at, row.together) for row in rows]


def in_order(photos: Iterable[Incoming]) -> list[Incoming]:
    """Return photos in the order in which they were chosen."""
    return sorted(photos, key=lambda one: one.place)


async def follow(session: AsyncSession, keys: Sequence[str], photos: Sequence[Incoming], now: datetime) -> None:
    """Keep photos where the first of those with these keys went.

    Where that one wasn't kept, as without consent, its answer has said so for all.
    """
    if not photos or (first := await _first(session, keys, photos[0].user_id)) is None:
        return
    proposal = await session.get_one(Proposal, first.proposal_id)
    state = PartState.DOUBTFUL if first.state == PartState.DOUBTFUL else PartState.KEPT
    for one in in_order(photos):
        if not await privacy.was_unsent(session, one.message_id):
            said = replace(one.said(), at=first.said_at)
            await proposals.keep(session, proposal.id, first.question, said, state, first.offered)
            await download.fetch_of(session, proposal, one, now)


async def _first(session: AsyncSession, keys: Sequence[str], user_id: str | None) -> AnswerPart | None:
    theirs = select(Proposal.id).join(Citizen, col(Citizen.id) == Proposal.citizen_id)
    theirs = theirs.where(Citizen.line_user_id == user_id)
    found = select(AnswerPart).where(col(AnswerPart.proposal_id).in_(theirs), col(AnswerPart.message_key).in_(keys))
    return (await session.exec(found.order_by(col(AnswerPart.id)))).first()


async def leave(session: AsyncSession, event: ClaimedEvent) -> None:
    """Let an event be none of the action's any more: it was taken back, and the turn is another's."""
    (await session.get_one(InboxRow, event.id)).together = None
