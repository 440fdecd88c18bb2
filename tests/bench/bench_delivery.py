"""How fast the hub takes in and sends out. Run: make bench-delivery

Starts `tsunagi serve` and the simulator on free ports, asks over HTTP as LINE does, and prints a Markdown table.
`--soak MINUTES` keeps a moderate load going and tells how the memory goes. Senders, hub and simulator share this
machine: compare ratios, not numbers.
"""

import argparse
import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
from bench_accept import syncs
from bench_desk import postgres

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from delivery_centre import CITIZENS, Boxes, Centre, bare_server
from delivery_load import Load, Senders

from storage.db import migrating
from storage.schema import upgrade

FLOOD, CONNECTIONS = 5.0, 64  # seconds, connections
BURST, AT_ONCE = 10_000, 256  # citizens who write in the same moment, over so many connections
BREATH = 3.0  # seconds between the parts
SOAK_RATE, SOAK_NEWS, SAMPLE = 20, 20, 10.0  # webhooks and deliveries a second; seconds between looks at the memory


def main() -> None:
    """Measure on one database or both."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("which", nargs="?", choices=("sqlite", "postgresql"))
    asked.add_argument("--soak", type=float, default=0, help="minutes")
    told = asked.parse_args()
    gc.freeze()  # a sender that goes through its own memory would be told as the hub's delay
    print("| what | measured | goal |\n|---|---|---|")
    row("machine", f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        disk, bare = syncs(Path(folder)), asyncio.run(without_database(Path(folder)))
        row("the same server without a database", f"{bare.rate:,.0f}/s; {bare.told()}")
        for name, url in databases(Path(folder), told.which):
            place = Path(folder) / name
            place.mkdir()
            with migrating(url) as connection:
                upgrade(connection)
            asyncio.run(Bench(name, Centre(place, url), disk, bare.rate).run(url, told.soak))


def databases(folder: Path, which: str | None) -> Iterator[tuple[str, str]]:
    """Each database that is to be measured, while it is there."""
    if which != "postgresql":
        yield "sqlite", f"sqlite:///{folder}/bench.db"
    if which != "sqlite":
        with postgres(folder / "server") as url:
            yield "postgresql", url


async def without_database(folder: Path) -> Load:
    """What the bare server answers."""
    with bare_server(folder) as hub:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            return await Senders(session, hub).flood(FLOOD, CONNECTIONS)


class Bench:
    """One hub on one database."""

    def __init__(self, name: str, centre: Centre, disk: float, bare: float) -> None:
        self._name, self._centre, self._disk, self._bare = name, centre, disk, bare

    async def run(self, url: str, soak: float) -> None:
        """Drain, soak if asked for, flood, half of it, burst."""
        boxes, began = Boxes(url), time.perf_counter()
        try:
            await boxes.fill()
            self._centre.start()
            await self._drain(boxes)
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
                senders = Senders(session, self._centre.hub)
                if soak:  # before the flood, whose events are worked on for minutes
                    await self._soak(senders, boxes, soak)
                await self._take_in(senders, boxes)
            self._row("all of it", f"{time.perf_counter() - began:.0f} s")
        finally:
            self._centre.stop()
            await boxes.db.close()

    async def _drain(self, boxes: Boxes) -> None:
        held = self._centre.memory()
        arrived, rate = await boxes.drained()
        self._row(f"pushes to LINE, {arrived:,} of {CITIZENS:,} waiting ones arrived", f"{rate:,.0f}/s", "250/s")
        self._held("deliveries", held)

    async def _take_in(self, senders: Senders, boxes: Boxes) -> None:
        held = self._centre.memory()
        disk = max(self._disk, again := await asyncio.to_thread(syncs, self._centre.folder))  # others may use it
        self._row("the disk's own durable appends, at the start and now", f"{self._disk:,.0f}/s, {again:,.0f}/s")
        most = await senders.flood(FLOOD, CONNECTIONS)
        self._row(f"webhooks kept, {CONNECTIONS} connections", f"{most.rate:,.0f}/s; {most.told()}", "not 200: 0")
        self._row("… of the disk's rate", f"{most.rate / disk:.2f}", "0.5")
        self._row("… of the server's without a database", f"{most.rate / self._bare:.2f}", "0.3")
        held = self._held("flood", held)
        await asyncio.sleep(BREATH)
        behind = await boxes.waiting()
        half = await senders.paced(most.rate / 2, FLOOD)
        self._row(f"at half of that, {behind:,} events still waiting", half.told(), "p99 100 ms")
        held = self._held("half of it", held)
        await asyncio.sleep(BREATH)
        burst = await senders.burst(BURST, AT_ONCE)
        told = f"{burst.took:.1f} s; {burst.told()}"
        self._row(f"{BURST:,} citizens in a burst over {AT_ONCE} connections", told, "not 200: 0, p99 1,000 ms")
        self._held("burst", held)

    async def _soak(self, senders: Senders, boxes: Boxes, minutes: float) -> None:
        """A moderate load for a while, and what the hub holds meanwhile."""
        held, refused, before = [self._centre.memory()], 0, await boxes.delivered()
        for n in range(max(1, round(minutes * 60 / SAMPLE))):
            load, _ = await asyncio.gather(senders.paced(SOAK_RATE, SAMPLE), self._news(boxes, n))
            refused += load.refused
            held.append(self._centre.memory())
        arrived = await boxes.delivered() - before
        what = f"{minutes:g} min of {SOAK_RATE} webhooks and {SOAK_NEWS} pushes a second"
        slope = statistics.linear_regression(range(len(held)), held).slope * 60 / SAMPLE
        told = f"{held[0]:.0f} → {held[-1]:.0f} MB, most {max(held):.0f}, {slope:+.2f} MB a minute"
        self._row(f"memory over {what}", told, "less than +10 %")
        self._row("… and what it did", f"{arrived:,} pushes arrived; not 200: {refused}", "not 200: 0")

    async def _news(self, boxes: Boxes, part: int) -> None:
        for second in range(int(SAMPLE)):
            first = (part * int(SAMPLE) + second) * SOAK_NEWS
            await boxes.tell((n % CITIZENS for n in range(first, first + SOAK_NEWS)), f"soak{part}.{second}")
            await asyncio.sleep(1)

    def _held(self, part: str, before: float) -> float:
        after = self._centre.memory()
        self._row(f"memory before and after the {part}", f"{before:.0f} → {after:.0f} MB")
        return after

    def _row(self, what: str, measured: str, goal: str = "") -> None:
        row(f"{self._name}: {what}", measured, goal)


def row(what: str, measured: str, goal: str = "") -> None:
    """Print one row of the table."""
    print(f"| {what} | {measured} | {goal} |", flush=True)


if __name__ == "__main__":
    main()
