"""What the stand-ins for LINE, Slack and Rasa share: how they are served, and the ways an answer fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

HANGS = 3.0  # seconds: longer than a hub of the chaos suite waits
SLOW = 0.8  # seconds: as long as it would still wait

Json = dict[str, Any]


@asynccontextmanager
async def served(routes: Iterable[web.RouteDef], **options: Any) -> AsyncIterator[str]:
    """Serve these routes on a free port of loopback; gives the address."""
    app = web.Application(**options)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def answered(
    request: web.Request, kind: str, land: Callable[[], Awaitable[Json]], failure: Json, wait: float = 1
) -> web.StreamResponse:
    """Answer a call that meets this kind of failure, or none; `land` makes the call take effect.

    After "accepted, " the call has taken effect, and only its answer fails. A kind that isn't named here is the name of
    an error of Slack's. `wait` is for how long a 429 asks.
    """
    if kind == "slow":
        await asyncio.sleep(SLOW)
    said = await land() if kind in ("", "slow") or kind.startswith("accepted, ") else failure
    match kind.removeprefix("accepted, "):
        case "" | "slow":
            status = int(said.get("status", 200))
            return web.json_response({name: value for name, value in said.items() if name != "status"}, status=status)
        case "429":
            return web.json_response(failure, status=429, headers={"Retry-After": f"{wait:.0f}"})
        case "500":
            return web.json_response(failure, status=500)
        case "garbage":
            return web.Response(text="<html>oops", content_type="application/json")
        case "hangs":
            await asyncio.sleep(HANGS)
            return dropped(request)
        case "cut off":
            return await _cut_off(request)
        case "refused":
            return dropped(request)
        case error:
            return web.json_response({"ok": False, "error": error})


def dropped(request: web.Request) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _cut_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"ok": tr')
    dropped(request)
    return response
