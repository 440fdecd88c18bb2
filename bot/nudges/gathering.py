"""All that is due for one person goes into one message. While it waits, what comes meanwhile is added to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox, quota
from bot.delivery.quota import Quota
from bot.delivery.unique import insert_new
from storage.models import Delivery, OutboxRow

SAY = "nudges"  # the post for staff
GATHER = timedelta(seconds=5)  # for so long a message waits for other reminders of the same person
SLOT = 600  # seconds; within them a key is looked for again
MOST = 1_000  # messages to one person in a slot


@dataclass
class Letter:
    """What one person is to be told, and when it leaves."""

    key: str
    dest: str
    conv: str
    kind: str
    payload: dict[str, Any]
    at: datetime
    nudges: list[int] = field(default_factory=list)

    def named(self, nth: int) -> str:
        """Return the outbox key of the n-th message to this person in these minutes."""
        slot = 0 if self.at == quota.FAR else int(self.at.timestamp()) // SLOT
        return f"{self.key}:{slot}:{nth}"

    def row(self, nth: int, now: datetime) -> dict[str, Any]:
        """Return the outbox row that carries it."""
        return outbox.row(
            dest=self.dest,
            conv=self.conv,
            kind=self.kind,
            key=self.named(nth),
            payload={**self.payload, "at": now.isoformat(), "nudges": self.nudges},
            now=now,
            not_before=max(self.at, now + GATHER),
        )


def to_person(slack_id: str, nudges: Iterable[int], at: datetime, agenda: str = "") -> Letter:
    """A direct message to a member of staff; `agenda` is the day it begins with."""
    payload = {"to": slack_id, "say": SAY} | ({"agenda": agenda} if agenda else {})
    return Letter(f"nudges:{slack_id}", "slack", f"direct:{slack_id}", "direct", payload, at, list(nudges))


def to_channel(nudges: Iterable[int], now: datetime) -> Letter:
    """A notice in the intake channel: what is for everybody there, or nobody else can be told."""
    return Letter("nudges:channel", "slack", "channel", "notice", {"say": SAY}, now, list(nudges))


def to_citizen(citizen_id: int, nudges: Iterable[int], rank: str, stands: Quota, now: datetime) -> Letter:
    """A push; when LINE's month runs low it waits, by its rank, for the citizen's next message."""
    held = quota.waits(stands, rank)
    conv = quota.conversation(citizen_id, quota.REMINDERS, waits=held)
    payload = {"citizen": citizen_id, "rank": rank}
    at = quota.FAR if held else now
    return Letter(f"nudges:citizen:{citizen_id}", "line", conv, quota.REMINDERS, payload, at, list(nudges))


async def queue(session: AsyncSession, letters: Sequence[Letter], now: datetime) -> dict[int, list[str]]:
    """Queue letters, or add them to those that wait; return the keys of the messages by reminder.

    Two replicas that do so at once for the same person make one message.
    """
    first = {letter.named(0): letter for letter in reversed(letters)}  # one person may have letters of two moments
    fresh = await insert_new(session, OutboxRow, [letter.row(0, now) for letter in first.values()])
    said: dict[int, list[str]] = {}
    for letter in letters:
        is_queued = letter.named(0) in fresh and first[letter.named(0)] is letter
        key = letter.named(0) if is_queued else await _join(session, letter, now)
        for nudge in letter.nudges:
            said.setdefault(nudge, []).append(key)
    return said


async def _join(session: AsyncSession, letter: Letter, now: datetime) -> str:
    for nth in range(MOST):
        if await _added(session, letter, letter.named(nth)):
            return letter.named(nth)
        if await insert_new(session, OutboxRow, [letter.row(nth + 1, now)]):
            return letter.named(nth + 1)
    raise AssertionError("a thousand messages to one person in ten minutes")


async def _added(session: AsyncSession, letter: Letter, key: str) -> bool:
    """Add to a message that waits; False when it is on its way."""
    found = select(OutboxRow).where(col(OutboxRow.key) == key).with_for_update()
    row = (await session.exec(found.execution_options(populate_existing=True))).one()
    if row.status != Delivery.NEW or row.first_try_at is not None or row.owner is not None:
        return False
    nudges = [*row.payload.get("nudges", []), *letter.nudges]
    row.payload = {**row.payload, **letter.payload, **_sooner(row, letter), "nudges": nudges}
    session.add(row)
    await session.flush()
    return True


def _sooner(row: OutboxRow, letter: Letter) -> dict[str, str]:
    """Let a push go as soon as its most urgent part may go."""
    ranks = {row.payload.get("rank"), letter.payload.get("rank")}
    return next(({"rank": rank} for rank in quota.RANKS if rank in ranks), {})
