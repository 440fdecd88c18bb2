"""Server-sent events: tells open pages that something on a screen changed."""

import asyncio
import json
from collections.abc import AsyncIterator

HEARTBEAT = 15.0


class Live:
    """Every open page has a queue; a change is a small hint, and the page fetches what it shows."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[str]] = set()

    def changed(self, what: str, where: str = "") -> None:
        """Tell every page that `what` (line, slack, wire, faults) changed at `where` (a citizen, a channel)."""
        for page in self._pages:
            if page.qsize() < 1000:  # a page that stopped reading must not grow without end
                page.put_nowait(json.dumps({"what": what, "where": where}))

    async def stream(self) -> AsyncIterator[str]:
        """Yield the changes for one page as text/event-stream, until it goes away."""
        page: asyncio.Queue[str] = asyncio.Queue()
        self._pages.add(page)
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    yield f"data: {await asyncio.wait_for(page.get(), HEARTBEAT)}\n\n"
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._pages.discard(page)
