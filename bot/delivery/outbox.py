"""The outbox: what must reach LINE or Slack, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.unique import insert_once
from bot.errors import DeliveryError
from storage.models import Delivery, OutboxRow


@dataclass(frozen=True)
class Receipt:
    """What the platform said of a message it took."""

    started_at: datetime  # when the request left: nothing of it was on a screen before
    ext_id: str | None = None  # Slack's ts, LINE's message id


class Transport(Protocol):
    """The way to one destination; wired in by the app."""

    def choose(self, row: OutboxRow, now: datetime) -> None:
        """Settle on the row, before the first attempt, what must not change between attempts (`sent_as`)."""

    async def send(self, row: OutboxRow) -> Receipt:
        """Render the row as of now and send it, within 45 s, or raise DeliveryError.

        `row.attempts > 1` or an old `first_try_at` mean that an earlier attempt may have arrived. Set the
        error's `after` (or raise TryLater) only where the platform surely took nothing, as with a 429: it
        costs no attempt, and if it was the first one the row counts as never tried.
        """

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        """Write down what follows from the delivery, in the transaction that marks the row done."""

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        """Write down what follows from giving up, in the transaction that marks the row dead."""


async def put(
    session: AsyncSession,
    *,
    dest: str,
    conv: str,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    now: datetime,
    reply_token: str | None = None,
    token_at: datetime | None = None,
) -> None:
    """Queue one message; the same key again changes nothing."""
    row = OutboxRow(
        dest=dest,
        conv=conv,
        kind=kind,
        key=key,
        payload=dict(payload),
        retry_uuid=str(uuid5(NAMESPACE_URL, key)),
        reply_token=reply_token,
        token_at=token_at,
        next_at=now,
        created_at=now,
    )
    await insert_once(session, OutboxRow, row.model_dump(exclude={"id"}))


async def tell_citizen(
    session: AsyncSession, citizen_id: int | None, kind: str, key: str, now: datetime, **values: Any
) -> None:
    """Queue a push to a citizen in the words of the phrase `kind`; nobody on LINE, nothing queued."""
    if citizen_id is not None:
        await put(
            session,
            dest="line",
            conv=f"line:{citizen_id}:news",
            kind=kind,
            key=f"{key}:{kind}",
            payload={"citizen": citizen_id, **values},
            now=now,
        )


async def tell_thread(session: AsyncSession, case_id: int, say: str, key: str, now: datetime, **values: Any) -> None:
    """Queue a note into the case's Slack thread in the words of `say`."""
    await put(
        session,
        dest="slack",
        conv=f"case:{case_id}",
        kind="thread",
        key=f"{key}:thread:{say}",
        payload={"case": case_id, "say": say, **values},
        now=now,
    )


async def redraw_card(session: AsyncSession, case_id: int, now: datetime) -> None:
    """Mark the case's card dirty: the newest state is drawn when it is sent, several changes as one call."""
    key = f"card:{case_id}"
    await put(session, dest="slack", conv=f"case:{case_id}", kind="card", key=key, payload={"case": case_id}, now=now)
    query = select(OutboxRow).where(OutboxRow.key == key).with_for_update()
    row = (await session.exec(query.execution_options(populate_existing=True))).one()
    if row.status == Delivery.CANCELLED:
        return
    row.revision += 1
    if row.status != Delivery.NEW:  # one that waits or is under way keeps what it knows of its attempts
        if row.status == Delivery.DONE:
            row.first_try_at = None
        row.status, row.attempts, row.next_at, row.error_class = Delivery.NEW, 0, now, None
        row.payload = {"case": case_id}  # retention may have emptied it


async def waiting(session: AsyncSession) -> int:
    """Count the messages that have not left yet."""
    return (await session.exec(select(func.count()).where(OutboxRow.status == Delivery.NEW))).one()
