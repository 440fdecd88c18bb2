"""The month's messages on LINE: how many have gone, how many are left, and what waits when they run low.

Answers to a citizen's own message are free and don't count. The order is a table: while fewer than its share of the
month's messages is left, a kind waits until the citizen writes next, and goes with that free answer.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import SQLModel, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.unique import insert_new
from bot.when import TOKYO
from storage.models import Counter, Delivery, OutboxRow

FAR = datetime(2999, 1, 1, tzinfo=UTC)  # far away: what waits for the citizen's next message doesn't go by itself
AT_ONCE = 200

# The order when the month runs low: each kind goes only while this share of the month's messages is left.
RESERVE: dict[str, float] = {
    "reply": 0.0,  # a coordinator's own words, and what must be sent again, until LINE says that nothing goes any more
    "step": 0.02,  # news of a step
    "hearing": 0.03,  # the date of a hearing
    "hypothesis": 0.05,
    "check_in": 0.07,
    "unfinished": 0.10,
}
RANK = (
    {"hypothesis": "hypothesis"}
    | dict.fromkeys(("reply", "asked", "media_too_large", "media_not_fetched"), "reply")
    | dict.fromkeys(("hearing_dates", "hearing_fixed"), "hearing")
)  # by the kind of outbox row; all others are news of steps
REMINDERS = "reminders"  # these wake nobody, and no coordinator's words wait behind them
RANKS = tuple(RESERVE)
LIMIT, USED, PUSHES = "line_limit", "line_used", "line_pushes"
UNLIMITED = -1


@dataclass(frozen=True)
class Quota:
    """How the month stands."""

    used: int
    limit: int | None  # None: the plan has none, or LINE hasn't been asked yet

    @property
    def left(self) -> int | None:
        """How many can still go, if there is a limit."""
        return None if self.limit is None else max(0, self.limit - self.used)

    def after(self, pushes: int) -> "Quota":
        """Return the quota after so many more messages."""
        return replace(self, used=self.used + pushes)


def conversation(citizen_id: int, kind: str, *, waits: bool = False) -> str:
    """Return the queue of a citizen in which a push of this kind waits."""
    return f"line:{citizen_id}:{'waiting' if waits else 'reminders' if kind == REMINDERS else 'news'}"


def conversations(citizen_id: int | None) -> list[str]:
    """Return all of a citizen's queues; the one without a name holds the answers to their own messages."""
    return [f"line:{citizen_id}", *(f"line:{citizen_id}:{which}" for which in ("news", "reminders", "waiting"))]


async def standing(session: AsyncSession, now: datetime) -> Quota:
    """Return this month's quota on LINE. The larger count is taken: ours or LINE's."""
    names = {name: f"{name}:{_month(now)}" for name in (LIMIT, USED, PUSHES)}
    found = await session.exec(select(Counter.name, Counter.value).where(col(Counter.name).in_(names.values())))
    values = dict(found.all())
    limit = values.get(names[LIMIT], UNLIMITED)
    used = max(values.get(names[USED], 0), values.get(names[PUSHES], 0))
    return Quota(used, None if limit == UNLIMITED else limit)


async def count(session: AsyncSession, now: datetime, pushes: int = 1) -> None:
    """Count messages that LINE took as pushes."""
    await _write(session, f"{PUSHES}:{_month(now)}", Counter.value + pushes)


async def note(session: AsyncSession, limit: int | None, used: int, now: datetime) -> None:
    """Write down what LINE says of the month."""
    for name, value in ((LIMIT, UNLIMITED if limit is None else limit), (USED, used)):
        await _write(session, f"{name}:{_month(now)}", value)


async def used_up(session: AsyncSession, now: datetime) -> None:
    """Note that LINE takes no more this month: nothing is left, whatever limit LINE named before."""
    stands = await standing(session, now)
    limit = stands.used if stands.limit is None else min(stands.limit, max(stands.used, 1))
    await note(session, limit, max(stands.used, limit), now)


async def promised(session: AsyncSession, now: datetime) -> Quota:
    """Return the quota as it will be when all queued pushes have gone."""
    stands = await standing(session, now)
    if stands.limit is None:
        return stands
    queued = select(func.count()).where(
        OutboxRow.dest == "line", OutboxRow.status == Delivery.NEW, col(OutboxRow.reply_token).is_(None),
        OutboxRow.next_at != FAR,
    )  # fmt: skip
    return stands.after((await session.exec(queued)).one())


async def must_wait(session: AsyncSession, rank: str, now: datetime) -> bool:
    """Tell whether a message of this rank waits for the citizen's next one."""
    return waits(await promised(session, now), rank)


def waits(stands: Quota, rank: str) -> bool:
    """Tell the same from a quota that was read already."""
    return stands.limit is not None and stands.left is not None and stands.left <= RESERVE[rank] * stands.limit


def rank_of(kind: str) -> str:
    """Return the place of a kind of message in the order."""
    return RANK.get(kind, "step")


async def take_along(session: AsyncSession, citizen_id: int | None, most: int, now: datetime) -> list[dict[str, Any]]:
    """Return what waits for this citizen, oldest first. It goes with a free answer and doesn't wait any more.

    This includes what LINE refused for this month, but not what is being sent at this moment.
    """
    if citizen_id is None or most <= 0:
        return []
    ours = conversations(citizen_id)[1:]
    idle = or_(col(OutboxRow.lease_until).is_(None), col(OutboxRow.lease_until) <= now)
    held = select(OutboxRow).where(
        col(OutboxRow.conv).in_(ours),
        OutboxRow.status == Delivery.NEW,
        col(OutboxRow.first_try_at).is_(None),
        OutboxRow.next_at > now,
        idle,
        or_(col(OutboxRow.next_at) == FAR, col(OutboxRow.error_class).is_not(None)),
    )
    rows = (await session.exec(held.order_by(col(OutboxRow.id)).limit(most).with_for_update(skip_locked=True))).all()
    along = [{"kind": row.kind, "payload": row.payload} for row in rows]
    for row in rows:
        row.status, row.sent_as, row.done_at, row.payload = Delivery.DONE, "along", now, {}
        session.add(row)
    await session.flush()
    return along


async def release(session: AsyncSession, now: datetime) -> int:
    """Release messages that needn't wait any more, after a new month or a larger plan; return how many there were.

    They go by the same order, the oldest first. A message takes no place that a more urgent one needs.
    """
    asked = select(OutboxRow).where(
        OutboxRow.dest == "line", OutboxRow.status == Delivery.NEW, OutboxRow.next_at == FAR
    )
    freed = 0
    rows = (await session.exec(asked.order_by(col(OutboxRow.id)).with_for_update(skip_locked=True))).all()
    stands = await promised(session, now)
    for row in sorted(rows, key=lambda row: RANKS.index(_rank(row))):
        if freed < AT_ONCE and not waits(stands, _rank(row)):
            row.conv, row.next_at = conversation(row.payload["citizen"], row.kind), now
            session.add(row)
            stands, freed = stands.after(1), freed + 1
    await session.flush()
    return freed


def _rank(row: OutboxRow) -> str:
    return str(row.payload.get("rank") or rank_of(row.kind))


async def waiting(session: AsyncSession) -> int:
    """Count what waits for a citizen's next message."""
    asked = select(func.count()).select_from(OutboxRow)
    return (await session.exec(asked.where(OutboxRow.status == Delivery.NEW, OutboxRow.next_at == FAR))).one()


async def _write(session: AsyncSession, name: str, value: Any) -> None:
    """Set a counter to a value or an SQL expression. If there is no such counter yet, it is made."""
    table = SQLModel.metadata.tables[str(Counter.__tablename__)]  # no counter in the session has to follow
    change = update(table).where(table.c.name == name).values(value=value)
    if not (await session.exec(change)).rowcount:
        await insert_new(session, Counter, [{"name": name, "value": 0}], unique=("name",))
        await session.exec(change)


def _month(now: datetime) -> str:
    return f"{now.astimezone(TOKYO):%Y-%m}"
