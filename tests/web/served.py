"""An ASGI app on a free loopback port, and a visitor who keeps cookies and follows no redirect by itself."""

import asyncio
import contextlib
import io
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
import uvicorn
from starlette.types import ASGIApp


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, lifespan: Literal["on", "off"] = "off") -> AsyncIterator[str]:
    """Serve an app in this event loop and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = _Quiet(uvicorn.Config(app, log_level="warning", lifespan=lifespan, timeout_graceful_shutdown=1))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110  uvicorn offers no event
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@dataclass
class Page:
    status: int
    text: str
    headers: Any

    @property
    def token(self) -> str:
        """The mark that a form of this page carries."""
        return re.findall(r'name="token" value="([^"]+)"', self.text)[0]

    @property
    def hidden(self) -> dict[str, str]:
        """What a browser hands in with a form of this page, without what is typed."""
        return {"homepage": ""} | dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.text))

    @property
    def goes_to(self) -> str:
        return str(self.headers["Location"])


class Visitor:
    """A browser without a screen."""

    def __init__(self, site: str) -> None:
        self._session = aiohttp.ClientSession(site, cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def close(self) -> None:
        await self._session.close()

    async def looks(self, path: str, **headers: str) -> Page:
        async with self._session.get(path, allow_redirects=False, headers=headers) as answer:
            return Page(answer.status, await answer.text(), answer.headers)

    async def sends(self, path: str, fields: dict[str, Any], files: dict[str, bytes] | None = None) -> Page:
        """Submit a form as it is: nothing is added to the fields."""
        data: Any = fields
        if files is not None:
            data = aiohttp.FormData(quote_fields=False)  # as browsers send names
            for name, value in fields.items():
                data.add_field(name, value, content_type="text/plain")
            for name, content in files.items():
                data.add_field("files", io.BytesIO(content), filename=name, content_type="application/octet-stream")
        async with self._session.post(path, data=data, allow_redirects=False) as answer:
            return Page(answer.status, await answer.text(), answer.headers)

    async def fills_in(self, path: str, files: dict[str, bytes] | None = None, **fields: str) -> Page:
        """Open a page and submit its form."""
        return await self.sends(path, (await self.looks(path)).hidden | fields, files)
