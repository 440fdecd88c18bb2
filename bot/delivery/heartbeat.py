"""Whether reminders work: the time of the last complete tick, and a notice when there was none for long."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.delivery.unique import insert_new
from bot.when import TOKYO
from storage.db import Database
from storage.models import Counter

log = logging.getLogger(__name__)
NAME = "nudges_tick"  # the counter that keeps the minute
EVERY = timedelta(minutes=1)
SILENT = timedelta(minutes=10)
LOOK = 60.0  # seconds between looks


async def beat(session: AsyncSession, now: datetime) -> None:
    """Note that a tick was complete."""
    beaten = update(Counter).where(col(Counter.name) == NAME).values(value=_minute(now))
    if (await session.exec(beaten)).rowcount == 0:
        await insert_new(session, Counter, [{"name": NAME, "value": _minute(now)}], unique=("name",))


async def last(session: AsyncSession) -> datetime | None:
    """Return when the last complete tick was, to the minute."""
    kept = await session.get(Counter, NAME, populate_existing=True)
    return datetime.fromtimestamp(kept.value * 60, UTC) if kept else None


async def ring(session: AsyncSession, now: datetime, began: datetime) -> bool:
    """Tell the channel, once a day, when no tick has been complete for long; return whether it is so.

    `began` is when the watch began: before the first tick the silence counts from then.
    """
    at = await last(session) or began
    if now - at < SILENT:
        return False
    day = f"{now.astimezone(TOKYO):%Y-%m-%d}"
    await outbox.put(
        session,
        dest="slack",
        conv="channel",
        kind="notice",
        key=f"nudges_stopped:{day}",
        payload={"say": "nudges_stopped", "minutes": int((now - at).total_seconds() // 60)},
        now=now,
    )
    return True


async def watch(db: Database, clock: Callable[[], datetime], wake: Callable[[], None]) -> None:
    """Look every minute, beside the tick itself, and ring when it has been silent twice in a row."""
    silent, began = False, clock()
    while True:
        await asyncio.sleep(LOOK)
        try:
            silent = await _look(db, clock(), began, wake, ring_now=silent)
        except SQLAlchemyError as error:
            log.warning("the heartbeat could not be read", extra={"error": type(error).__name__})


async def _look(db: Database, now: datetime, began: datetime, wake: Callable[[], None], *, ring_now: bool) -> bool:
    async with db.reading() as session:
        at = await last(session)
    silent = now - (at or began) >= SILENT
    if silent and ring_now:
        log.error("no tick for long: reminders are not seen to", extra={"last": str(at)})
        async with db.transaction() as session:
            await ring(session, now, began)
        wake()
    return silent


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
