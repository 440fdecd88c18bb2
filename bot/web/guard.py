"""Who may post: this page's own forms, people rather than programs, and nobody too often."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "tsunagi_form"
TOKEN = "token"  # noqa: S105  the name of a field
TRAP = "homepage"  # a field no person sees: who fills it in is a program
DAY = 86_400

# Of one address of the net: new forms, saves, tries of a code. Generous for a family, too few for a program.
BEGIN, WRITE, TRY = RateLimitItemPerHour(20), RateLimitItemPerMinute(30), RateLimitItemPerHour(20)


class Guard:
    """One for the process; each replica counts for itself, so that N of them allow N times as much at most."""

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

    async def allows(self, request: Request, what: RateLimitItemPerHour | RateLimitItemPerMinute) -> bool:
        """Count one more, and tell whether it isn't too many."""
        return await self._counts.hit(what, str(what.amount), request.client.host if request.client else "")

    def _sign(self, cookie: str) -> str:
        return hmac.new(self._key, b"csrf:" + cookie.encode(), hashlib.sha256).hexdigest()
