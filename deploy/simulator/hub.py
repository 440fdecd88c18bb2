"""The way to the hub: posts that are timed, logged and never raise."""

import json
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

from deploy.simulator.config import Config
from deploy.simulator.wire import Wire, raw, readable, shown


@dataclass(frozen=True)
class Answer:
    """What the hub said; status 0 when it couldn't be reached, -1 when it took too long."""

    status: int
    data: Any = None
    error: str = ""


class Hub:
    """Posts to the hub; one HTTP session for the process."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the HTTP session."""
        if self._session:
            await self._session.close()

    async def demo(self, config: Config, what: str, given: dict[str, Any]) -> Answer:
        """Ask for something only a hub of a demo does: its clock, a month of life."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {config.line_token}"}
        url, body = f"{config.hub}/demo/{what}", json.dumps(given).encode()
        return await self.post(url, body, headers, within=120, platform="demo", kind=what, judged=False)

    async def get(self, url: str) -> tuple[bytes, str, str] | None:
        """Have a picture, with its type; None when it isn't to be had."""
        self._session = self._session or aiohttp.ClientSession()
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                content = await response.read()
                return (content, response.content_type, "") if response.status == 200 else None
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def post(self, url: str, body: bytes, headers: dict[str, str], *, within: float, **note: Any) -> Answer:
        """Send a body as it is and give the answer; `note` goes into the wire log."""
        self._session = self._session or aiohttp.ClientSession()
        began = time.perf_counter()
        try:
            limit = aiohttp.ClientTimeout(total=within)
            async with self._session.post(url, data=body, headers=headers, timeout=limit) as response:
                content = await response.read()
                data = readable(content, response.headers.get("content-type", ""))
                answer = Answer(response.status, data)
        except TimeoutError:
            answer = Answer(-1, error=f"no answer within {within:g} s")
        except aiohttp.ClientError as trouble:
            answer = Answer(0, error=type(trouble).__name__)
        took = round((time.perf_counter() - began) * 1000, 1)
        self._wire.add(
            at=time.time(), direction="in", method="POST", path="/" + url.split("/", 3)[3], ms=took,
            headers=shown({k.lower(): v for k, v in headers.items()}), status=answer.status,
            raw=raw(body), body=readable(body, headers["Content-Type"]), answer=answer.data or answer.error, **note,
        )  # fmt: skip
        return answer
