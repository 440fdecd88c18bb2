"""How the platforms fail: by chance with a seed, or as a story asks for."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

LINE = ("500", "429", "refused", "accepted, 500", "accepted, hangs", "accepted, cut off", "accepted, garbage")
SLACK = (*LINE, "not ok", "accepted, not ok")
RASA = ("500", "refused", "hangs", "garbage", "huge", "silent", "applied, lost", "applied late")
KINDS = {"line": LINE, "slack": SLACK, "rasa": RASA}
HANGS = 3.0  # seconds: longer than the hub waits
LATE = 1.6  # seconds: just longer than the hub waits
SLOW = 0.8  # seconds: as long as the hub would still wait
ERROR: dict[str, dict[str, Any]] = {
    "line": {"message": "Internal server error"},
    "slack": {"ok": False, "error": "internal_error"},
}

Land = Callable[[], Awaitable[dict[str, Any]]]


class Weather:
    """What the next call meets."""

    def __init__(self, seed: int, injected: Callable[[str], None]) -> None:
        self._random = random.Random(f"weather {seed}")  # noqa: S311  trouble is no secret
        self._coming: list[tuple[str, str, str]] = []
        self._injected = injected
        self.chance = 0.0  # of each kind of failure, for each call
        self.down: set[str] = set()  # platforms that can't be reached at all

    def ask(self, platform: str, kind: str, path: str = "", times: int = 1) -> None:
        """Let the next calls whose path holds `path` meet this."""
        self._coming += [(platform, path, kind)] * times

    @property
    def has_come(self) -> bool:
        """Whether everything that was asked for has happened."""
        return not self._coming

    def calm(self) -> None:
        """No more trouble, but for what was asked for."""
        self.down.clear()
        self.chance = 0.0

    def draw(self, platform: str, path: str) -> str:
        """Return the kind of failure of a call, or nothing."""
        kind = self._asked(platform, path) or ("refused" if platform in self.down else self._by_chance(platform))
        if kind:
            self._injected(f"{platform} {kind}")
        return kind

    def _asked(self, platform: str, path: str) -> str:
        for one in self._coming:
            if one[0] == platform and one[1] in path:
                self._coming.remove(one)
                return one[2]
        return ""

    def _by_chance(self, platform: str) -> str:
        kinds, drawn = KINDS[platform], self._random.random()
        return kinds[int(drawn / self.chance)] if self.chance and drawn < self.chance * len(kinds) else ""


async def answered(request: web.Request, platform: str, kind: str, land: Land) -> web.StreamResponse:
    """Answer a call to LINE or Slack that meets `kind`; `land` makes it take effect."""
    if kind == "slow":
        await asyncio.sleep(SLOW)
    said = await land() if kind in ("", "slow") or kind.startswith("accepted") else ERROR[platform]
    if kind == "429":
        return web.json_response(ERROR[platform], status=429, headers={"Retry-After": "1"})
    if kind in ("500", "accepted, 500"):
        return web.json_response(ERROR[platform], status=500)
    if kind in ("not ok", "accepted, not ok"):
        return web.json_response({"ok": False, "error": "fatal_error"})
    if kind == "accepted, garbage":
        return web.Response(text="<html>oops", content_type="application/json")
    if kind == "accepted, hangs":
        await asyncio.sleep(HANGS)
    if kind == "accepted, cut off":
        return await _cut_off(request)
    if kind in ("refused", "accepted, hangs"):
        return _dropped(request)
    status = int(said.get("status", 200))
    return web.json_response({name: value for name, value in said.items() if name != "status"}, status=status)


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _cut_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"ok": tr')
    _dropped(request)
    return response
