"""News that nobody waits for goes along with the news that follows within two minutes: one push instead of several.

Who joined the case can wait; a step and a coordinator's words can't. What waits is taken along by the next news of its
queue, in their order. If nothing follows, it goes by itself after two minutes.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Delivery, OutboxRow

PATIENT = frozenset({"joined", "staffed"})
PATIENCE = timedelta(minutes=2)
# News of one text, beside which others have room. Beside cards and files they have none: they go before them.
ONE_TEXT = PATIENT | {
    "claimed", "claimed_again", "advanced_direction", "advanced_realisation", "advanced_follow_up", "released",
    "handed_over", "closed", "reopened",
}  # fmt: skip
MOST = 4  # LINE takes five messages a call


async def gather(session: AsyncSession, row: OutboxRow, now: datetime) -> None:
    """Let a piece of news that was queued just now take along what waits before it, or let that go before it at once.

    Patient news that takes others along leaves when the first of them would have left.
    """
    waiting = await _waiting(session, row, now)
    along = [item for one in waiting for item in items(one)]
    if row.kind in PATIENT:
        row.next_at = min([one.next_at for one in waiting], default=now + PATIENCE)
    if row.kind in ONE_TEXT and len(along) <= MOST:
        row.payload = {**row.payload, **({"along": along} if along else {})}
        for one in waiting:
            taken(one, now)
    else:
        for one in waiting:
            one.next_at = one.created_at
    session.add_all([row, *waiting])
    await session.flush()


def items(row: OutboxRow) -> list[dict[str, Any]]:
    """Return what a message says as parts of another one: what goes along with it, then itself."""
    own = {key: value for key, value in row.payload.items() if key != "along"}
    return [*row.payload.get("along", ()), {"kind": row.kind, "payload": own}]


def taken(row: OutboxRow, now: datetime) -> None:
    """Note that a message has gone into another one; its words are kept there only."""
    row.status, row.sent_as, row.done_at, row.payload = Delivery.DONE, "along", now, {}


async def _waiting(session: AsyncSession, row: OutboxRow, now: datetime) -> list[OutboxRow]:
    """Return what still waits at the end of the queue. What was let go, or met an error, may have others behind it."""
    held = select(OutboxRow).where(
        OutboxRow.conv == row.conv,
        OutboxRow.status == Delivery.NEW,
        col(OutboxRow.kind).in_(PATIENT),
        col(OutboxRow.id) < row.id,
        col(OutboxRow.next_at) > now,
        col(OutboxRow.first_try_at).is_(None),
        col(OutboxRow.error_class).is_(None),
        or_(col(OutboxRow.lease_until).is_(None), col(OutboxRow.lease_until) <= now),
    )
    return list((await session.exec(held.order_by(col(OutboxRow.id)).with_for_update(skip_locked=True))).all())
