"""The two boxes, looked into by people, who also put right by hand what got stuck."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import claims
from bot.delivery.unique import insert_once
from bot.errors import Refused
from storage.models import Delivery, InboxRow, OutboxRow

BOXES: dict[str, Any] = {"inbox": InboxRow, "outbox": OutboxRow}


async def list_rows(
    session: AsyncSession, box: str, status: str | None = None, limit: int = 50
) -> Sequence[InboxRow | OutboxRow]:
    """Return the newest rows of a box, all of them or those of one status."""
    table = BOXES[box]
    query = select(table).order_by(col(table.id).desc()).limit(limit)
    if status is not None:
        query = query.where(col(table.status) == status)
    rows: Sequence[InboxRow | OutboxRow] = (await session.exec(query)).all()
    return rows


async def show(session: AsyncSession, box: str, row_id: int) -> InboxRow | OutboxRow:
    """Return one row, or raise Refused when there is none."""
    table = BOXES[box]
    row: InboxRow | OutboxRow | None = (
        await session.exec(select(table).where(col(table.id) == row_id).with_for_update())
    ).first()
    if row is None:
        raise Refused(f"The {box} has no row {row_id}; `tsunagi {box} list` shows what there is.")
    return row


async def retry(session: AsyncSession, box: str, row_id: int, now: datetime) -> None:
    """Put a dead letter back into work, with all its attempts; raises Refused for any other row."""
    row = await show(session, box, row_id)
    if row.status != Delivery.DEAD:
        raise Refused(f"Row {row_id} of the {box} is {row.status}; only dead rows are tried again.")
    row.status, row.attempts, row.next_at = Delivery.NEW, 0, now
    if isinstance(row, OutboxRow) and row.dest == "line":
        # LINE has forgotten reply token and retry key: whoever asks takes the risk of a second message.
        row.first_try_at = row.sent_as = None


async def drop(session: AsyncSession, box: str, row_id: int, now: datetime) -> None:
    """Give up a row that waits, was given up or was put aside. Raises Refused when it is finished or under way."""
    row = await show(session, box, row_id)
    if row.status in (Delivery.DONE, Delivery.CANCELLED):
        raise Refused(f"Row {row_id} of the {box} is {row.status} already; nothing was changed.")
    if row.lease_until is not None and row.lease_until > now:
        raise Refused(f"Row {row_id} of the {box} is being worked on; try again in a minute.")
    row.status, row.done_at = Delivery.CANCELLED, now
    claims.let_go(row)


async def once(session: AsyncSession, source: str, key: str, now: datetime, mark: str = "") -> str | None:
    """Take a request that is answered in this same transaction, or return the mark of the one with its key before."""
    row = InboxRow(
        source=source, key=key, received_at=now, next_at=now, status=Delivery.DONE, done_at=now, body=mark.encode()
    )
    if await insert_once(session, InboxRow, row.model_dump(exclude={"id"})):
        return None
    return (await session.exec(select(InboxRow.body).where(InboxRow.key == key))).one().decode()
