"""What only a hub of a demo does: its clock is moved ahead, and it fills itself with a month of life.

Mounted only where the platforms are simulated, which production refuses to start with; the simulator shows
the LINE channel's token.
"""

import hmac
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.calendars import CENTRE
from bot.clock import Clock
from bot.when import TOKYO
from storage.db import Database
from storage.models import Counter

AHEAD = "demo_clock"  # the counter that keeps the seconds, so that a restart doesn't go back in time
LAST_MINUTE = 1 / 60  # hours before closing


class Demo:
    """POST /demo/clock and /demo/life."""

    def __init__(
        self, db: Database, clock: Clock, token: str, tick: Callable[[], Awaitable[None]],
        live: Callable[[], Awaitable[int]],
    ) -> None:  # fmt: skip
        self._db, self._clock, self._token, self._tick, self._live = db, clock, token, tick, live

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
        await self._go(int(float(given["ahead"])))
        return {"now": self._clock().isoformat()}

    async def _go(self, ahead: int) -> None:
        """Pass through the days in between: at night nobody is told anything, all of it would wait for a morning."""
        async with self._db.reading() as session:
            kept = await session.get(Counter, AHEAD)
        was, now = kept.value if kept else 0, self._clock()
        for moment in stops(now, now + timedelta(seconds=ahead - was)):
            await self._stop(was + int((moment - now).total_seconds()))
        await self._stop(ahead)

    async def _stop(self, ahead: int) -> None:
        self._clock.set_ahead(ahead)
        async with self._db.transaction() as session:
            await _keep(session, ahead)
        await self._tick()


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
