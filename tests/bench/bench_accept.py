"""How fast an event gets to disk, and from there to its handler. Run: python tests/bench/bench_accept.py [URL]

Prints figures of this machine; compare ratios, not numbers. Without a URL it uses a SQLite file of its own.
"""

import asyncio
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from bot.delivery.accept import Acceptor, Arrival
from bot.delivery.inbox import ClaimedEvent, InboxWorker
from storage.db import Database, migrating
from storage.schema import upgrade

BODY = b'{"type":"message","message":{"type":"text","text":"' + b"x" * 450 + b'"}}'


def now() -> datetime:
    return datetime.now(UTC)


def line(name: str, seconds: list[float], took: float) -> None:
    """Print one row of the table."""
    seconds = sorted(seconds)
    p50, p99 = (seconds[int(len(seconds) * q)] * 1e3 for q in (0.5, 0.99))
    print(f"{name:<34} p50 {p50:7.2f} ms   p99 {p99:7.2f} ms   {len(seconds) / took:8.0f}/s", flush=True)


async def accepting(acceptor: Acceptor, senders: int, each: int) -> None:
    """Accept with so many senders at once, each waiting for its answer before the next event."""
    seconds: list[float] = []

    async def sender(conv: str) -> None:
        for _ in range(each):
            started = time.perf_counter()
            await acceptor.accept([Arrival("line", uuid4().hex, conv, BODY)])
            seconds.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(sender(f"U{n}") for n in range(senders)))
    line(f"accept, {senders} at a time", seconds, time.perf_counter() - started)


async def working(db: Database, acceptor: Acceptor, events: int) -> None:
    """From the webhook's call to the handler's first line, one event at a time on an idle hub."""
    begun = asyncio.Event()

    async def handler(event: ClaimedEvent) -> None:
        begun.set()
        async with db.transaction() as session:
            await event.finish(session, now())

    worker = InboxWorker(db, {"bench": handler}, now)
    run = asyncio.create_task(worker.run())
    seconds: list[float] = []
    for n in range(events):
        begun.clear()
        started = time.perf_counter()
        await acceptor.accept([Arrival("bench", uuid4().hex, f"B{n}", BODY)])
        worker.wake()
        await begun.wait()
        seconds.append(time.perf_counter() - started)
        await asyncio.sleep(0.005)
    await worker.stop()
    await run
    line("accept to handler, idle", seconds, sum(seconds))


async def draining(db: Database) -> None:
    """Work off everything that was accepted."""
    left: set[str] = set()

    async def handler(event: ClaimedEvent) -> None:
        async with db.transaction() as session:
            await event.finish(session, now())
        left.add(event.key)

    worker = InboxWorker(db, {"line": handler}, now)
    started = time.perf_counter()
    run = asyncio.create_task(worker.run())
    await asyncio.sleep(4)
    await worker.stop()
    await run
    print(f"{'handled while 8 work':<34} {len(left) / (time.perf_counter() - started):.0f}/s")


def syncs(folder: Path, seconds: float = 1.0) -> float:
    """How many 4 KiB appends a second this disk makes durable: the ceiling of one commit per event."""
    with (folder / "probe").open("ab", buffering=0) as file:
        started, count = time.perf_counter(), 0
        while time.perf_counter() - started < seconds:
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            count += 1
    return count / seconds


async def measure(url: str) -> None:
    db = Database(url)
    acceptor = Acceptor(db, now)
    await acceptor.start()
    try:
        await working(db, acceptor, 300)
        await accepting(acceptor, 1, 500)
        await accepting(acceptor, 64, 60)
        await accepting(acceptor, 256, 20)
        await draining(db)
    finally:
        await acceptor.close()
        await db.close()


def main() -> None:
    """Measure on the given database, or on a SQLite file that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/bench.db"
        with migrating(url) as connection:
            upgrade(connection)
        print(f"{'durable 4 KiB appends':<34} {syncs(Path(folder)):.0f}/s", flush=True)
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
