"""What only a hub of a demo does: its clock is moved ahead, and it fills itself with a month of life.

Mounted only where the platforms are simulated, which production refuses to start with; the simulator shows
the LINE channel's token.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.clock import Clock
from storage.db import Database
from storage.models import Counter

AHEAD = "demo_clock"  # the counter that keeps the seconds, so that a restart doesn't go back in time


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
        ahead = int(float(given["ahead"]))
        self._clock.set_ahead(ahead)
        async with self._db.transaction() as session:
            await _keep(session, ahead)
        await self._tick()
        return {"now": self._clock().isoformat()}


async def _keep(session: AsyncSession, ahead: int) -> None:
    kept = await session.get(Counter, AHEAD) or Counter(name=AHEAD)
    kept.value = max(kept.value, ahead)
    session.add(kept)
