"""How fast the hub takes in and sends out. Run: make bench-delivery

Starts `tsunagi serve` and the simulator on free ports, asks over HTTP as LINE does, and prints a Markdown table.
`--soak MINUTES` keeps a moderate load going and tells how the memory goes. Senders, hub and simulator share this
machine: compare ratios, not numbers.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import psutil
from bench_accept import syncs
from bench_desk import postgres
from bench_turns import signature, unsent
from sqlmodel import func, select

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from bot.cases.telling import Phrase
from bot.delivery import outbox
from storage.db import Database, migrating
from storage.models import Citizen, Delivery, OutboxRow
from storage.schema import upgrade
from tests.e2e.town import ROOT, Town

FLOOD, SENDERS = 5.0, 64  # seconds, connections
BURST, AT_ONCE = 10_000, 256  # citizens who write in the same moment, over so many connections
DELIVERIES = 3_000
SOAK_RATE, SAMPLE = 20.0, 10.0  # webhooks a second; seconds between looks at the memory
BARE = Path(__file__).with_name("bare_server.py")


class Centre(Town):
    """A hub and the platforms, without Rasa."""

    def start(self) -> None:
        """Start the platforms, then the hub."""
        people = self.folder / "people.json"
        people.write_text(json.dumps({"citizens": [{"id": of(n), "name": f"市民{n}"} for n in range(DELIVERIES)]}))
        self._run("simulator", "-m", "deploy.simulator", "--port", str(self.sim_port), "--hub", self.hub, "--people",
                  str(people), cwd=ROOT)  # fmt: skip
        self.wait_for(f"{self.url}/sim/world", 60)
        self._run("tsunagi", "-m", "bot", "serve", cwd=self.folder)
        self.wait_for(f"{self.hub}/healthz", 60)

    def memory(self) -> float:
        """The hub's resident memory in MB."""
        return float(psutil.Process(self._running[1].pid).memory_info().rss / 1e6)


def of(n: int) -> str:
    """A citizen's LINE id."""
    return "U" + f"{n:08x}" * 4


def main() -> None:
    """Measure on one database or both."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("which", nargs="?", choices=("sqlite", "postgresql"))
    asked.add_argument("--soak", type=float, default=0, help="minutes")
    told = asked.parse_args()
    print("| what | measured | goal |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        disk, bare = syncs(Path(folder)), asyncio.run(without_database(Path(folder)))
        row("the disk's own appends, each made durable", f"{disk:,.0f}/s", "")
        row("the same server without a database", f"{bare:,.0f}/s", "")
        for name, url in databases(Path(folder), told.which):
            place = Path(folder) / name
            place.mkdir()
            with migrating(url) as connection:
                upgrade(connection)
            asyncio.run(queued(url))
            asyncio.run(measure(Centre(place, url), name, disk, bare, told.soak))


@contextmanager
def bare_server(folder: Path) -> Iterator[str]:
    """The same server, signature check and answer, and nothing kept."""
    town = Town(folder, "")
    town._run("bare", str(BARE), str(town.port), cwd=ROOT)
    try:
        town.wait_for(f"{town.hub}/healthz", 30)
        yield town.hub
    finally:
        town.stop()


def databases(folder: Path, which: str | None) -> Iterator[tuple[str, str]]:
    """Each database that is to be measured, while it is there."""
    if which != "postgresql":
        yield "sqlite", f"sqlite:///{folder}/bench.db"
    if which != "sqlite":
        with postgres(folder / "server") as url:
            yield "postgresql", url


async def without_database(folder: Path) -> float:
    """Return how many webhooks a second the bare server answers."""
    with bare_server(folder) as hub:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            waits, took = await flood(session, hub)
    return len(waits) / took


async def queued(url: str) -> None:
    """Put the news of a step for so many citizens into the outbox, before the hub starts."""
    db, now = Database(url), datetime.now(UTC)
    try:
        async with db.transaction() as session:
            session.add_all(Citizen(id=n + 1, line_user_id=of(n), created_at=now) for n in range(DELIVERIES))
        for first in range(0, DELIVERIES, 500):
            async with db.transaction() as session:
                for n in range(first, min(first + 500, DELIVERIES)):
                    await outbox.tell_citizen(session, n + 1, Phrase.CLAIMED, f"bench:{n}", now, number="2026-0001")
    finally:
        await db.close()


async def measure(centre: Centre, name: str, disk: float, bare: float, soak: float) -> None:
    """Drain, flood, half of it, burst, soak."""
    try:
        began = time.perf_counter()
        centre.start()
        rate = await drained(centre.env["DATABASE_URL"])
        row(f"{name}: deliveries to LINE ({DELIVERIES:,} waiting)", f"{rate:,.0f}/s", "250/s")
        before = centre.memory()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            waits, took = await flood(session, centre.hub)
            rate = len(waits) / took
            row(f"{name}: webhooks kept, {SENDERS} senders", f"{rate:,.0f}/s; {quantiles(waits)}", "")
            row(f"{name}: … of the disk's rate", f"{rate / disk:.2f}", "0.5")
            row(f"{name}: … of the server's without a database", f"{rate / bare:.2f}", "0.3")
            await asyncio.sleep(3)
            row(f"{name}: at half of that", quantiles(await paced(session, centre.hub, rate / 2, FLOOD)), "p99 100 ms")
            await asyncio.sleep(3)
            waits, took = await burst(session, centre.hub)
            told = f"{len(waits):,} answered 200 in {took:.1f} s; {quantiles(waits)}"
            row(f"{name}: {BURST:,} in a burst over {AT_ONCE} connections", told, "all 200, p99 1,000 ms")
            row(f"{name}: memory before and after", f"{before:.0f} → {centre.memory():.0f} MB", "")
            if soak:
                await soaked(session, centre, name, soak)
        row(f"{name}: all of it", f"{time.perf_counter() - began:.0f} s", "")
    finally:
        centre.stop()


async def drained(url: str) -> float:
    """Return deliveries a second, from the first one done to the last."""
    db, counts = Database(url), list[tuple[float, int]]()
    done = select(func.count()).select_from(OutboxRow)
    done = done.where(OutboxRow.dest == "line", OutboxRow.status == Delivery.DONE)
    try:
        while not counts or counts[-1][1] < DELIVERIES:
            await asyncio.sleep(0.1)
            async with db.reading() as session:
                counts.append((time.perf_counter(), (await session.exec(done)).one()))
    finally:
        await db.close()
    (began, first), (ended, last) = counts[0], counts[-1]
    return (last - first) / (ended - began)


async def flood(session: aiohttp.ClientSession, hub: str) -> tuple[list[float], float]:
    """Send for a while as fast as the answers come."""
    waits: list[float] = []
    end = time.perf_counter() + FLOOD

    async def sender() -> None:
        while time.perf_counter() < end:
            waits.append(await sent(session, hub))

    began = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return waits, time.perf_counter() - began


async def paced(session: aiohttp.ClientSession, hub: str, rate: float, seconds: float) -> list[float]:
    """Send at a rate, whether answers come or not."""
    began, running = time.perf_counter(), []
    for n in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + n / rate - time.perf_counter()))
        running.append(asyncio.create_task(sent(session, hub)))
    return list(await asyncio.gather(*running))


async def burst(session: aiohttp.ClientSession, hub: str) -> tuple[list[float], float]:
    """Everybody at once; each waits from when their request is sent."""
    turns, began = asyncio.Semaphore(AT_ONCE), time.perf_counter()

    async def one() -> float:
        async with turns:
            return await sent(session, hub)

    waits = await asyncio.gather(*(one() for _ in range(BURST)))
    return list(waits), time.perf_counter() - began


async def soaked(session: aiohttp.ClientSession, centre: Centre, name: str, minutes: float) -> None:
    """A moderate load for a while, and what the hub holds meanwhile."""
    held: list[float] = []
    for _ in range(int(minutes * 60 / SAMPLE)):
        await paced(session, centre.hub, SOAK_RATE, SAMPLE)
        held.append(centre.memory())
    half = len(held) // 2
    told = f"{held[0]:.0f} → {held[-1]:.0f} MB, most {max(held):.0f}; second half {held[-1] - held[half]:+.1f}"
    row(f"{name}: memory over {minutes:g} min at {SOAK_RATE:g}/s", told, "flat")


async def sent(session: aiohttp.ClientSession, hub: str) -> float:
    """Send one signed webhook and return the seconds until its 200."""
    body = unsent()
    headers = {"X-Line-Signature": signature(body), "Content-Type": "application/json"}
    started = time.perf_counter()
    async with session.post(f"{hub}/line/webhook", data=body, headers=headers) as answer:
        assert answer.status == 200, answer.status
        await answer.read()
    return time.perf_counter() - started


def quantiles(seconds: Sequence[float]) -> str:
    """p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    p50, p99 = (ordered[int(len(ordered) * q)] * 1e3 for q in (0.5, 0.99))
    return f"p50 {p50:,.0f}, p99 {p99:,.0f} ms"


def row(what: str, measured: str, goal: str) -> None:
    """Print one row of the table."""
    print(f"| {what} | {measured} | {goal} |", flush=True)


if __name__ == "__main__":
    main()
