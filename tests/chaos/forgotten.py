"""The negative controls: what a hub does that forgets one promise, instead of what it should."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam
from sqlmodel import col, select, update

from bot.delivery import accept, claims, inbox, outbox, postman, worker
from bot.delivery.outbox import Receipt
from bot.desk.record import record
from bot.hearing import turn
from bot.hearing.incoming import Incoming
from bot.line import transport as line
from bot.slack.sending import posting
from storage.columns import Moment
from storage.db import Database
from storage.models import Delivery, InboxRow


async def _ack_before_commit(_real: Any, acceptor: Any, arrivals: Any) -> None:
    stored = asyncio.get_running_loop().create_future()
    acceptor._requests.put_nowait(accept._Request(arrivals, stored))


def _no_unique_key(real: Any, arrival: Any, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = real(arrival, now)
    return row | {"key": f"{row['key']}#{uuid4().hex}"}


async def _no_outbox_key(real: Any, session: Any, table: Any, row: Any) -> bool:
    fresh = uuid4()  # the retry key is made of the key, and would hold it back at LINE
    made: bool = await real(session, table, {**row, "key": f"{row['key']}#{fresh.hex}", "retry_uuid": str(fresh)})
    return made


async def _no_fence(_real: Any, event: Any, session: Any, now: datetime) -> None:
    row = (await session.exec(select(InboxRow).where(col(InboxRow.id) == event.id))).one()
    row.status, row.done_at, row.body = Delivery.DONE, now, b""
    event.finished = True


async def _no_retry_key(real: Any, transport: Any, row: Any, *rest: Any) -> Any:
    row.retry_uuid = str(uuid4())
    return await real(transport, row, *rest)


async def _no_look_up(_real: Any, *_args: Any, **_kwargs: Any) -> None:
    return None


def _new_to_me(real: Any, key: str, *rest: Any) -> Any:
    return real(f"{key}#{uuid4().hex}", *rest)


def _anything_free(_real: Any, box: Any) -> Any:
    now = bindparam("now", type_=Moment)
    idle = (col(box.lease_until).is_(None)) | (col(box.lease_until) <= now)
    return select(box).where(col(box.status) == "new", col(box.next_at) <= now, idle).order_by(col(box.id))


async def _short_lease(real: Any, session: Any, box: Any, token: str, now: datetime, *rest: Any) -> Any:
    over = col(box.lease_until) < now + claims.LEASE - timedelta(seconds=0.2)  # taken that long ago
    await session.exec(update(box).where(col(box.status) == "new", over).values(lease_until=None))
    return await real(session, box, token, now, *rest)


async def _done_before_sent(_real: Any, one: Any, row: Any) -> None:
    await one._settle(row, Receipt(one._clock()))
    await one._send(row)


async def _to_somebody(_real: Any, *_args: Any) -> str:
    return "U" + "f" * 32


async def _without_line(real: Any, session: Any, case: Any, action: Any, **more: Any) -> Any:
    return await real(session, case, action, **(more | {"before": {}, "after": {}}))


async def _says_it_all(real: Any, turns: Any, event: Any) -> Any:
    logging.getLogger("bot").info("event %s", event.body.decode())
    return await real(turns, event)


def _claims_anew(_real: Any, _worker: Any, _now: datetime) -> list[Any]:
    return []


async def _nobody_knows(_real: Any, _db: Any) -> None:
    return None


def _no_patience(_real: Any, _error: Any) -> float:
    return 0.0


FORGOTTEN: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "ack before commit": (accept.Acceptor, "accept", _ack_before_commit),
    "no unique inbox key": (accept, "_row", _no_unique_key),
    "no unique outbox key": (outbox, "insert_once", _no_outbox_key),
    "no fence": (inbox.ClaimedEvent, "finish", _no_fence),
    "no retry key": (line.LineTransport, "_push", _no_retry_key),
    "no look-up in Slack": (posting.Poster, "find", _no_look_up),
    "no memory of a turn": (Incoming, "read", _new_to_me),
    "two turns at once": (claims, "_free", _anything_free),
    "lease shorter than a call": (claims, "claim", _short_lease),
    "done before sent": (postman.Postman, "work", _done_before_sent),
    "sent to another": (line, "_address", _to_somebody),
    "change without a line": (record, "append", _without_line),
    "words in the log": (turn.Turns, "__call__", _says_it_all),
    "claims what it is at": (worker.Worker, "not_overdue", _claims_anew),
    "a clock of its own": (Database, "now", _nobody_knows),
    "no patience": (posting, "_seconds", _no_patience),
}
