"""Webhooks as LINE sends them: as fast as they are answered, at a rate, or everybody in the same moment."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
from bench_turns import unsent


@dataclass(frozen=True)
class Load:
    """What became of the requests of one part."""

    waits: Sequence[float]  # seconds until the whole answer was there
    refused: int  # answers other than 200, and none at all
    took: float

    @property
    def rate(self) -> float:
        """Requests a second that got their 200."""
        return (len(self.waits) - self.refused) / self.took

    def told(self) -> str:
        """The quantiles in milliseconds, and what was refused."""
        ordered = sorted(self.waits)
        p50, p99 = (ordered[int(len(ordered) * q)] * 1e3 for q in (0.5, 0.99))
        return f"p50 {p50:,.0f}, p99 {p99:,.0f} ms; not 200: {self.refused}"


class Senders:
    """Everybody who writes to one hub; no request has a citizen or an event of another's."""

    def __init__(self, session: aiohttp.ClientSession, hub: str) -> None:
        self._session, self._at = session, f"{hub}/line/webhook"
        self._begin()

    async def flood(self, seconds: float, connections: int) -> Load:
        """Send for a while as fast as the answers come."""
        self._begin()
        end = self._began + seconds

        async def sender() -> None:
            while (now := time.perf_counter()) < end:
                await self._send(now)

        await asyncio.gather(*(sender() for _ in range(connections)))
        return self._load()

    async def paced(self, rate: float, seconds: float) -> Load:
        """Send at a rate, whether answers come or not; a request that leaves late has waited since it was due."""
        self._begin()
        running = []
        for n in range(int(rate * seconds)):
            due = self._began + n / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            running.append(asyncio.create_task(self._send(due)))
        await asyncio.gather(*running)
        return self._load()

    async def burst(self, requests: int, connections: int) -> Load:
        """Everybody at once; each waits from when a connection is theirs."""
        self._begin()
        turns = asyncio.Semaphore(connections)

        async def one() -> None:
            async with turns:
                await self._send(time.perf_counter())

        await asyncio.gather(*(one() for _ in range(requests)))
        return self._load()

    def _begin(self) -> None:
        self._began = time.perf_counter()
        self._waits: list[float] = []
        self._refused = 0

    def _load(self) -> Load:
        return Load(self._waits, self._refused, time.perf_counter() - self._began)

    async def _send(self, since: float) -> None:
        body, headers = unsent()
        try:
            async with self._session.post(self._at, data=body, headers=headers) as answer:
                await answer.read()
                self._refused += answer.status != 200
        except (aiohttp.ClientError, TimeoutError):
            self._refused += 1
        self._waits.append(time.perf_counter() - since)
