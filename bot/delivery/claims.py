"""Who works on which row: leases, and the fence that keeps a late worker from finishing."""

import random
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, bindparam, exists, func, literal_column, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import TryLater
from storage.columns import Moment
from storage.models import InboxRow, OutboxRow

LEASE = timedelta(seconds=60)  # longer than any HTTP call: when it ends, a dead worker's call has arrived or failed
WORK_LIMIT = 45.0  # seconds a worker may take for a row: it must end well before its lease
MOST_ATTEMPTS = 8  # after these a person must look; until then, some minutes, the row blocks its conversation
LONGEST_WAIT = 300.0  # seconds

# Written out as text: neither database uses a partial index for a bound value.
_NEW: ColumnElement[str] = literal_column("'new'")

Row = TypeVar("Row", InboxRow, OutboxRow)


def new_token() -> str:
    """Return a mark for one claim. It isn't the worker's mark: a late worker must not pass for its own successor."""
    return uuid4().hex


async def claim(
    session: AsyncSession, box: type[Row], token: str, now: datetime, limit: int, *only: ColumnElement[bool]
) -> list[Row]:
    """Lease up to `limit` rows: of each conversation the oldest live one, if it is due and nobody has it.

    The attempt counts from here, so that a row that kills the process is noticed, too.
    """
    found = await session.exec(_free(box).where(*only).limit(limit), params={"now": now})
    rows = list(found.all())
    for row in rows:
        row.owner, row.lease_until, row.attempts = token, now + LEASE, row.attempts + 1
    await session.flush()
    return rows


@cache  # building the statement takes longer than running it
def _free(box: type[Row]) -> Any:
    now = bindparam("now", type_=Moment)
    live, other = aliased(box), aliased(box)
    heads = select(func.min(live.id)).where(col(live.status) == _NEW).group_by(col(live.conv))
    # A row that was revived is older than the one being worked on.
    taken = exists().where(col(other.conv) == col(box.conv), col(other.status) == _NEW, col(other.lease_until) > now)
    return (
        select(box)
        .where(
            col(box.status) == _NEW,
            col(box.id).in_(heads),
            col(box.next_at) <= now,
            or_(col(box.lease_until).is_(None), col(box.lease_until) <= now),
            ~taken,
        )
        .order_by(col(box.id))
        .with_for_update(skip_locked=True)
    )


async def held(session: AsyncSession, box: type[Row], row_id: int | None, token: str | None) -> Row | None:
    """Return the row as it is now, locked, if the claim `token` still holds; else None."""
    query = select(box).where(col(box.id) == row_id, col(box.owner) == token)
    return (await session.exec(query.with_for_update().execution_options(populate_existing=True))).first()


async def free_after_restart(session: AsyncSession) -> None:
    """End the claims of a hub that died, so that citizens needn't wait a minute. For SQLite, which has only one hub.

    Slack's rows keep their lease: a post of the dead hub may still arrive, and the look-up must be able to see it.
    """
    boxes: tuple[tuple[type[InboxRow] | type[OutboxRow], ColumnElement[bool]], ...] = (
        (InboxRow, true()), (OutboxRow, col(OutboxRow.dest).not_in(("slack", "digest")))
    )  # fmt: skip
    for box, which in boxes:
        await session.exec(update(box).where(col(box.status) == _NEW, which).values(owner=None, lease_until=None))


def tried_before(row: OutboxRow) -> bool:
    """Tell whether an attempt before this claim may have arrived: that is, whether the first attempt isn't this one.

    The number of attempts doesn't say it, since some aren't counted; nor does their order, since clocks are set back.
    """
    claimed = row.lease_until - LEASE if row.lease_until else None
    return row.first_try_at is not None and row.first_try_at != claimed


def hold_for_a_call(row: OutboxRow, now: datetime) -> None:
    """Raise TryLater when the claim may end before a call does. Ask right before the call, after every wait.

    The process may have been suspended, or its clock set: by the end of the call another could work on the row, too.
    """
    if row.lease_until and now > row.lease_until - timedelta(seconds=WORK_LIMIT):
        raise TryLater("the lease is too short for a call by now", after=0.0)


def let_go(row: InboxRow | OutboxRow) -> None:
    """End the claim. The caller sets what becomes of the row."""
    row.owner = row.lease_until = None


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling up to five minutes, each row a little differently."""
    return timedelta(seconds=min(LONGEST_WAIT, 2.0**attempts) * random.uniform(0.5, 1.5))  # noqa: S311
