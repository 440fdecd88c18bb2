"""Who may post: this page's own forms, people rather than programs, and nobody too often."""

import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response

from bot.web.problems import Problem

COOKIE = "tsunagi_form"
TOKEN = "token"  # noqa: S105  the name of a field
TRAP = "homepage"  # a field that no person sees: only a program fills it in
DAY = 86_400


@dataclass(frozen=True)
class Rate:
    """How often something may be done from one address of the net; each name is counted by itself."""

    name: str
    most: RateLimitItem


@dataclass(frozen=True)
class Refusal:
    """Why what was posted isn't taken, and for a rate after how many seconds it may be tried again."""

    key: str
    status: int = 400
    wait: int = 0

    @property
    def page(self) -> dict[str, Any]:
        """Return the values with which the page that says so is drawn."""
        headers = {"retry-after": str(self.wait)} if self.wait else {}
        return {"problems": [Problem("", self.key, {})], "status": self.status, "headers": headers}


# New forms, saves and messages, tries of a code. Generous for a family, too few for a program.
BEGIN = Rate("begin", RateLimitItemPerHour(20))
WRITE = Rate("write", RateLimitItemPerMinute(30))
TRY = Rate("try", RateLimitItemPerHour(20))


class Guard:
    """One in each process. Each replica counts by itself, so N replicas allow at most N times as much."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._key, self._secure = key, secure
        self._counts = MovingWindowRateLimiter(MemoryStorage())

    def seal(self, request: Request) -> tuple[str, str]:
        """Return the cookie and the hidden field that must come back together."""
        cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
        return cookie, self._sign(cookie)

    def put(self, response: Response, cookie: str) -> Response:
        """Hand the cookie to the browser: for this site's own requests only, and no script sees it."""
        response.set_cookie(COOKIE, cookie, max_age=DAY, httponly=True, samesite="strict", secure=self._secure)
        return response

    def is_ours(self, request: Request, given: Mapping[str, str]) -> bool:
        """Tell whether a form was sent from a page of ours, by the browser that got it."""
        cookie = request.cookies.get(COOKIE, "")
        return bool(cookie) and hmac.compare_digest(given.get(TOKEN, "").encode(), self._sign(cookie).encode())

    async def refuses(self, request: Request, given: Mapping[str, str], rate: Rate) -> Refusal | None:
        """Tell why a form isn't taken: a program filled it in, it isn't ours, or one more would be too many."""
        if given.get(TRAP) or not self.is_ours(request, given):
            return Refusal("not_ours")
        wait = await self._wait(request, rate)
        return Refusal("too_often", 429, wait) if wait else None

    async def _wait(self, request: Request, rate: Rate) -> int:
        """Count one more. Return 0, or if it is too many, the seconds until the next one is allowed."""
        whose = (rate.name, request.client.host if request.client else "")
        if await self._counts.hit(rate.most, *whose):
            return 0
        again_at, _ = await self._counts.get_window_stats(rate.most, *whose)
        return max(1, math.ceil(again_at - time.time()))

    def _sign(self, cookie: str) -> str:
        return hmac.new(self._key, b"csrf:" + cookie.encode(), hashlib.sha256).hexdigest()
