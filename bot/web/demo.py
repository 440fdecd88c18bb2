"""What only a hub of a demo does: its clock is moved ahead, and it fills itself with a month of life.

Mounted only where the platforms are simulated, which production refuses to start with; the simulator shows
the LINE channel's token.
"""

import asyncio
import hmac
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.clock import Clock
from bot.tables.calendars import CENTRE
from bot.when import TOKYO
from storage.db import Database
from storage.models import Counter, Delivery, Nudge, OutboxRow

AHEAD = "demo_clock"  # the counter that keeps the seconds, so that a restart doesn't go back in time
LAST_MINUTE = 1 / 60  # hours before closing
APART = timedelta(minutes=30)  # stops for due reminders; those in between are said a little late
GATHERED = 10  # seconds after which a reminder has been joined by all that is due, and leaves
PATIENCE = 10.0  # seconds of a whole way in which it is waited for LINE
LOOK = 0.05  # seconds between two looks whether it has left
Work = Callable[[], Awaitable[None]]


class Demo:
    """POST /demo/clock and /demo/life."""

    def __init__(
        self, db: Database, clock: Clock, token: str, *, tick: Work, chores: Work, wake: Callable[[], None],
        live: Callable[[], Awaitable[int]],
    ) -> None:  # fmt: skip
        self._db, self._clock, self._token = db, clock, token
        self._tick, self._chores, self._wake, self._live = tick, chores, wake, live

    async def resume(self) -> None:
        """Go on where the clock was before a restart."""
        async with self._db.reading() as session:
            kept = await session.get(Counter, AHEAD)
        self._clock.set_ahead(kept.value if kept else 0)

    async def __call__(self, request: Request) -> Response:
        """Do what the simulator's control strip asks for."""
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), self._token.encode()):
            return JSONResponse({"error": "unauthorised"}, 401)
        return JSONResponse(await self._do(request.path_params["what"], await request.json()))

    async def _do(self, what: str, given: dict[str, Any]) -> dict[str, Any]:
        if what == "life":
            return {"cases": await self._live()}
        await self._go(ceil(float(given["seconds"])))
        return {"ahead": self._clock.ahead.total_seconds()}

    async def _go(self, seconds: int) -> None:
        """Go through the time in between, so that each reminder is said when it is due and not at the end."""
        was, start = ceil(self._clock.ahead.total_seconds()), self._clock()
        end = start + timedelta(seconds=seconds)
        patience, opens, at = PATIENCE, deque(stops(start, end)), start
        while (at := await self._next(at, opens, end)) < end:
            there = was + ceil((at - start).total_seconds())
            await self._stop(there)
            patience -= await self._leave(there + GATHERED, patience)
        # Messages take a few seconds to leave: the clock may be further than was asked for.
        await self._stop(max(was + seconds, ceil(self._clock.ahead.total_seconds())))
        await self._chores()

    async def _next(self, at: datetime, opens: deque[datetime], end: datetime) -> datetime:
        """Return when the centre opens next, or when a reminder is due before that."""
        while opens and opens[0] <= at:
            opens.popleft()
        async with self._db.reading() as session:
            due = select(func.min(Nudge.due_at)).where(Nudge.status == Delivery.NEW, Nudge.due_at > at)
            soonest = (await session.exec(due)).one()
        return min([end, *list(opens)[:1], *([max(soonest, at + APART)] if soonest else [])])

    async def _stop(self, ahead: int) -> None:
        self._clock.set_ahead(ahead)
        async with self._db.transaction() as session:
            await _keep(session, ahead)
        await self._tick()

    async def _leave(self, ahead: int, patience: float) -> float:
        """Let queued messages leave at this time, as of which they are drawn. Return the seconds that it took."""
        began = time.monotonic()
        if await self._waits_until(self._clock() + timedelta(seconds=GATHERED)):
            self._clock.set_ahead(ahead)
            self._wake()
            while time.monotonic() - began < patience and await self._waits_until(self._clock()):  # noqa: ASYNC110  rows tell
                await asyncio.sleep(LOOK)
        return time.monotonic() - began

    async def _waits_until(self, moment: datetime) -> bool:
        async with self._db.reading() as session:
            waits = select(OutboxRow.id).where(OutboxRow.dest == "line", OutboxRow.status == Delivery.NEW)
            return (await session.exec(waits.where(OutboxRow.next_at <= moment).limit(1))).first() is not None


def stops(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield when the centre opens in between, and the last minute it is open when it ends up closed."""
    day = start
    while (opens := CENTRE.open_from(day)) < end:
        if opens > start:
            yield opens
        midnight = opens.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
        day = midnight + timedelta(days=1)
    last = CENTRE.before_open_hours(end, LAST_MINUTE)
    if last > start and CENTRE.open_from(end) != end:
        yield last


async def _keep(session: AsyncSession, ahead: int) -> None:
    kept = await session.get(Counter, AHEAD) or Counter(name=AHEAD)
    kept.value = max(kept.value, ahead)
    session.add(kept)
