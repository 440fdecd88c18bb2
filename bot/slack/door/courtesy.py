"""Whoever waits for an answer goes first: what a listener does after its ack waits until then."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

PATIENCE = 0.5  # seconds at most: a trigger, by which a modal is opened, lives three, and Slack is far away
FEW = 6  # so that one who comes meanwhile shares the machine with few, and nobody waits for one slow call


class Courtesy:
    """Counts the requests that aren't answered yet."""

    def __init__(self) -> None:
        self._waiting = 0
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._few = asyncio.Semaphore(FEW)
        self._then: list[Callable[[], None]] = []

    @contextmanager
    def waits(self) -> Iterator[None]:
        """Count one request until its answer is there."""
        self._waiting += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._nobody.set()
                self._call()

    @asynccontextmanager
    async def afterwards(self) -> AsyncIterator[None]:
        """Wait for the time of what follows an answer: FEW run at once, while nobody waits; after PATIENCE all may."""
        held = False
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                held = await self._few.acquire()
                await self._nobody.wait()
        try:
            yield
        finally:
            if held:
                self._few.release()

    def then(self, call: Callable[[], None]) -> None:
        """Call as soon as nobody waits, once however often it was asked."""
        if call not in self._then:
            self._then.append(call)
        if not self._waiting:
            self._call()

    def _call(self) -> None:
        calls, self._then = self._then, []
        for call in calls:
            call()
