"""What is deleted from inbox and outbox, and when."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, delete, func, not_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import TAKEN_AWAY_BY
from storage.models import Delivery, InboxRow, OutboxRow

WORDS_KEPT = timedelta(days=7)
KEYS_KEPT = timedelta(days=30)  # far longer than any platform sends an event again
ENDED = (Delivery.DONE, Delivery.CANCELLED, Delivery.QUARANTINE)  # dead letters wait for a person


async def purge(session: AsyncSession, now: datetime, limit: int = 500) -> int:
    """Empty rows that ended 7 days ago, delete those that ended 30 days ago, and return how many there were.

    At most `limit` rows of each sort, so that nobody waits for the database: call it again, in a new
    transaction, until it returns 0. A card's row stays as long as the card can be redrawn, and that of a note
    or file in a Slack thread, without a word, as long as a citizen may want it taken away there.
    """
    inbox = col(InboxRow.status).in_(ENDED), func.coalesce(InboxRow.done_at, InboxRow.received_at)
    outbox = col(OutboxRow.status).in_(ENDED), func.coalesce(OutboxRow.done_at, OutboxRow.created_at)
    return sum(
        (
            await _forget(
                session,
                InboxRow,
                {"body": b""},
                inbox[0],
                inbox[1] < now - WORDS_KEPT,
                func.length(InboxRow.body) > 0,
                limit=limit,
            ),
            await _forget(
                session,
                OutboxRow,
                {"payload": {}},
                outbox[0],
                outbox[1] < now - WORDS_KEPT,
                cast(OutboxRow.payload, String) != "{}",
                limit=limit,
            ),
            await _forget(session, InboxRow, None, inbox[0], inbox[1] < now - KEYS_KEPT, limit=limit),
            await _forget(
                session,
                OutboxRow,
                None,
                outbox[0],
                outbox[1] < now - KEYS_KEPT,
                col(OutboxRow.kind).not_in(("card", "ward_card")),
                not_(and_(col(OutboxRow.kind).in_(TAKEN_AWAY_BY), col(OutboxRow.ext_id).is_not(None))),
                limit=limit,
            ),
        )
    )


async def _forget(
    session: AsyncSession,
    box: type[InboxRow] | type[OutboxRow],
    emptied: dict[str, Any] | None,
    *which: ColumnElement[bool],
    limit: int,
) -> int:
    ids = (await session.exec(select(box.id).where(*which).limit(limit))).all()
    change = delete(box) if emptied is None else update(box).values(**emptied)
    if ids:
        await session.exec(change.where(col(box.id).in_(ids)))
    return len(ids)
