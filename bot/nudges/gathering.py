"""What is due for one person goes into one message: the row that waits to leave takes up what comes meanwhile."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox, quota
from storage.models import Delivery, OutboxRow

SAY = "nudges"  # the post for staff
KIND = "reminders"  # the news for citizens
GATHER = timedelta(seconds=5)  # a message waits so long for what else is due for the same person
SLOT = 600  # seconds; within them a key is looked for again


async def for_person(
    session: AsyncSession, slack_id: str, nudges: Sequence[int], now: datetime, *, at: datetime, agenda: str = ""
) -> str:
    """Put reminders into a person's next direct message, which leaves at `at`; return the message's key."""
    more = {"agenda": agenda} if agenda else {}
    target = {"dest": "slack", "conv": f"direct:{slack_id}", "kind": "direct"}
    return await _into(session, target, {"to": slack_id, "say": SAY}, f"nudges:{slack_id}", nudges, now, at, more)


async def for_channel(session: AsyncSession, nudges: Sequence[int], now: datetime) -> str:
    """Put reminders that nobody else can be told into the intake channel's next message."""
    target = {"dest": "slack", "conv": "channel", "kind": "notice"}
    return await _into(session, target, {"say": SAY}, "nudges:channel", nudges, now, now, {})


async def for_citizen(session: AsyncSession, citizen_id: int, nudges: Sequence[int], now: datetime, rank: str) -> str:
    """Put reminders into a citizen's next message; `rank` says how it fares when LINE's quota runs low."""
    held = await quota.must_wait(session, rank, now)
    target = {"dest": "line", "conv": f"line:{citizen_id}:{'waiting' if held else 'news'}", "kind": KIND}
    payload = {"citizen": citizen_id, "rank": rank}
    at = quota.FAR if held else now
    return await _into(session, target, payload, f"nudges:citizen:{citizen_id}", nudges, now, at, {})


async def _into(
    session: AsyncSession,
    target: Mapping[str, str],
    payload: Mapping[str, Any],
    key: str,
    nudges: Sequence[int],
    now: datetime,
    at: datetime,
    more: Mapping[str, Any],
) -> str:
    """Queue a message or add to the one that waits; two replicas that do so at once make one message."""
    slot = int(max(at, now).timestamp()) // SLOT if at != quota.FAR else 0
    for nth in range(1_000):
        name = f"{key}:{slot}:{nth}"
        whole = {**payload, **more, "at": now.isoformat(), "nudges": list(nudges)}
        fresh = await outbox.put(
            session,
            dest=target["dest"],
            conv=target["conv"],
            kind=target["kind"],
            key=name,
            payload=whole,
            now=now,
            not_before=max(at, now + GATHER),
        )
        if fresh or await _join(session, name, nudges, more):
            return name
    raise AssertionError("a thousand messages to one person in ten minutes")


async def _join(session: AsyncSession, key: str, nudges: Sequence[int], more: Mapping[str, Any]) -> bool:
    """Add to a message that waits; False when it is on its way."""
    found = select(OutboxRow).where(col(OutboxRow.key) == key).with_for_update()
    row = (await session.exec(found.execution_options(populate_existing=True))).one()
    if row.status != Delivery.NEW or row.first_try_at is not None or row.owner is not None:
        return False
    row.payload = {**row.payload, **more, "nudges": [*row.payload.get("nudges", []), *nudges]}
    session.add(row)
    await session.flush()
    return True
