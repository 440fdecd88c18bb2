"""The outbox: what must reach LINE or Slack, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import quota
from bot.delivery.unique import insert_once
from bot.errors import DeliveryError
from storage.models import Delivery, OutboxRow

FORGET = "forget"  # key in a payload: the payload is emptied once the message has arrived
# Slack messages that hold citizens' words: which kind of row removes them, and how that row names the place.
TAKEN_AWAY_BY = {"thread": ("blank", "ts"), "direct": ("blank", "ts"), "file": ("delete_file", "file")}
_NO_WORDS = ("case", "say", "citizen", "attachment")


@dataclass(frozen=True)
class Receipt:
    """What the platform said of a message it took."""

    started_at: datetime  # when the request left: nobody can have read it before
    ext_id: str | None = None  # Slack's ts, LINE's message id


class Transport(Protocol):
    """The way to one destination; wired in by the app."""

    def choose(self, row: OutboxRow, now: datetime) -> None:
        """Decide before the first attempt, and note on the row, what must not change between attempts (`sent_as`)."""

    async def send(self, row: OutboxRow) -> Receipt:
        """Render the row as of now and send it, within 45 s, or raise DeliveryError.

        `row.attempts > 1` or an old `first_try_at` mean that an earlier attempt may have arrived. Set the
        error's `after` (or raise TryLater) only where the platform surely took nothing, as with a 429: it
        costs no attempt, and if it was the first one the row counts as never tried.
        """

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        """Write down the consequences of the delivery, in the transaction that marks the row done."""

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        """Write down the consequences of giving up, in the transaction that marks the row dead."""


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
    not_before: datetime | None = None,
) -> bool:
    """Queue one message. False: its key was there already, so nothing was changed."""
    made = row(
        dest=dest, conv=conv, kind=kind, key=key, payload=payload, now=now, not_before=not_before,
        reply_token=reply_token, token_at=token_at,
    )  # fmt: skip
    return await insert_once(session, OutboxRow, made)


def row(
    *,
    dest: str,
    conv: str,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    now: datetime,
    not_before: datetime | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return a message as its row, every column of it; for those that queue many at once."""
    return {
        "dest": dest,
        "conv": conv,
        "kind": kind,
        "key": key,
        "payload": dict(payload),
        "retry_uuid": str(uuid5(NAMESPACE_URL, key)),
        "next_at": not_before or now,
        "created_at": now,
        **_BLANK,
        **more,
    }


_BLANK: dict[str, Any] = {
    "revision": 1,
    "reply_token": None,
    "token_at": None,
    "sent_as": None,
    "status": Delivery.NEW,
    "attempts": 0,
    "first_try_at": None,
    "lease_until": None,
    "owner": None,
    "ext_id": None,
    "error_class": None,
    "done_at": None,
}


async def tell_citizen(
    session: AsyncSession, citizen_id: int | None, kind: str, key: str, now: datetime, **values: Any
) -> None:
    """Queue a push to a citizen in the words of the phrase `kind`. Without LINE nothing is queued.

    When LINE's messages of the month run low, what can wait goes with the answer to the citizen's next message.
    """
    if citizen_id is not None:
        waits = await quota.must_wait(session, quota.rank_of(kind), now)
        await put(
            session,
            dest="line",
            conv=quota.conversation(citizen_id, kind, waits=waits),
            kind=kind,
            key=f"{key}:{kind}",
            payload={"citizen": citizen_id, **values},
            now=now,
            not_before=quota.FAR if waits else None,
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


async def tell_person(session: AsyncSession, slack_id: str, say: str, key: str, now: datetime, **values: Any) -> None:
    """Queue a message to one member of staff or guest alone, in the words of `say`."""
    await put(
        session,
        dest="slack",
        conv=f"direct:{slack_id}",
        kind="direct",
        key=f"{key}:direct:{slack_id}:{say}",
        payload={"to": slack_id, "say": say, **values},
        now=now,
    )


async def redraw_card(session: AsyncSession, case_id: int, now: datetime) -> None:
    """Mark the case's card dirty. The newest state is drawn when it is sent, so several changes become one call.

    The second card, in its ward's channel, is marked where there is one.
    """
    key = f"card:{case_id}"
    await put(session, dest="slack", conv=f"case:{case_id}", kind="card", key=key, payload={"case": case_id}, now=now)
    both = select(OutboxRow).where(col(OutboxRow.key).in_((key, f"ward_{key}"))).order_by(col(OutboxRow.id))
    locked = both.with_for_update().execution_options(populate_existing=True)
    for row in (await session.exec(locked)).all():
        _redraw(row, case_id, now)


async def draw_ward_card(session: AsyncSession, case_id: int, now: datetime) -> None:
    """Queue the case's second card, once. It has a conversation of its own, so that it delays nothing else."""
    key = f"ward_card:{case_id}"
    payload = {"case": case_id}
    await put(session, dest="slack", conv=f"ward:{case_id}", kind="ward_card", key=key, payload=payload, now=now)


def _redraw(row: OutboxRow, case_id: int, now: datetime) -> None:
    if row.status == Delivery.CANCELLED:
        return
    row.revision += 1
    if row.status != Delivery.NEW:  # one that waits or is under way keeps what it knows of its attempts
        if row.status == Delivery.DONE:
            row.first_try_at = None
        row.status, row.attempts, row.next_at, row.error_class = Delivery.NEW, 0, now, None
        row.payload = {"case": case_id}  # retention may have emptied it


async def take_back(session: AsyncSession, row: OutboxRow, now: datetime) -> None:
    """Empty a locked row: a message that never left isn't sent, one in a Slack thread is removed there.

    A note or file that may be on its way or have arrived unnoticed, so that its place isn't known, stays in
    work without its words; the postman calls this again when it knows the place.
    """
    told, row.payload = row.payload, {k: v for k, v in row.payload.items() if k in _NO_WORDS}
    if row.kind not in TAKEN_AWAY_BY:
        _cancel(row, now)
    elif row.ext_id is not None:
        await _take_away(session, row, now)
    elif row.kind == "direct" or row.first_try_at is None:  # not by attempts: one while Slack was down isn't counted
        _cancel(row, now)
    elif row.status in (Delivery.NEW, Delivery.DEAD):
        # The number of a deleted photo may be given again, so it must not be looked up as one.
        was = {"attachment": 0, "was": told.get("was") or told.get("attachment")} if row.kind == "file" else {}
        row.payload = {"case": _case_of(row), "say": "unsent", FORGET: True, **was}


def _cancel(row: OutboxRow, now: datetime) -> None:
    if row.status in (Delivery.NEW, Delivery.DEAD):
        row.status, row.done_at = Delivery.CANCELLED, now


async def _take_away(session: AsyncSession, row: OutboxRow, now: datetime) -> None:
    """Queue the row that removes a message from Slack. From here on that row keeps the place."""
    kind, place = TAKEN_AWAY_BY[row.kind]
    channel, _, ts = str(row.ext_id).rpartition("/")  # of a message to one person the channel is kept, too
    payload = {"channel": channel, place: ts} if channel else {"case": _case_of(row), place: ts}
    await put(session, dest="slack", conv=row.conv, kind=kind, key=f"{kind}:{row.key}", payload=payload, now=now)
    row.ext_id = None


def _case_of(row: OutboxRow) -> int:
    """Return the case, which the conversation names (case:17, files:17) also when the payload has been emptied."""
    return int(row.conv.partition(":")[2])
