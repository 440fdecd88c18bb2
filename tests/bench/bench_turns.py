"""How long a citizen waits, and what it costs. Run: python tests/bench/bench_turns.py [DATABASE_URL]

Starts `tsunagi up` and the simulator on free ports, on a SQLite file of its own (or the empty database given), talks as
citizens do, and prints a table. All processes share this machine: compare ratios, not numbers.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.e2e.steps import a_case
from tests.e2e.town import SECRETS, Town
from tests.simulator.client import Citizen, Simulation
from tests.stand_ins.signed import taken_back, webhook

ALONE, TOGETHER = 6, 8  # citizens who each go through a whole hearing: one after the other, all at once
SINGLE, MANY, EACH = 500, 16, 60  # webhooks


def main() -> None:
    """Start a town, measure, and end it whatever happens."""
    with tempfile.TemporaryDirectory() as folder:
        town = Town(Path(folder), sys.argv[1] if len(sys.argv) > 1 else "sqlite:///bench.db")
        try:
            started = time.perf_counter()
            town.start()
            row("start until Rasa and hub are ready", f"{time.perf_counter() - started:.1f} s")
            asyncio.run(measure(town))
            memory("hub", town.child("serve"))
            memory("Rasa", town.child("run", "--enable-api"))
        finally:
            town.stop()


async def measure(town: Town) -> None:
    """The webhook alone, then whole hearings one after the other, then several at once."""
    row("machine", f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    async with aiohttp.ClientSession() as session:
        await webhooks(session, town, senders=1, each=50)  # warm
        figures("webhook → 200, 1 at a time", await webhooks(session, town, senders=1, each=SINGLE))
        figures(f"webhook → 200, {MANY} at a time", await webhooks(session, town, senders=MANY, each=EACH))
    async with Simulation(town.url, patience=120) as sim:
        await a_case(sim.citizen(town.new_citizen()))  # warm
        before = await last(sim)
        for _ in range(ALONE):
            await a_case(sim.citizen(town.new_citizen()))
        figures("message → reply call, 1 citizen at a time", [s async for s in turns(sim, before)])
        before = await last(sim)
        people = [sim.citizen(town.new_citizen()) for _ in range(TOGETHER)]
        await asyncio.gather(*map(a_case, people))
        figures(f"message → reply call, {TOGETHER} citizens at once", [s async for s in turns(sim, before)])
        figures(
            f"webhook → 200, while {TOGETHER} citizens talk", [e["ms"] / 1e3 for e in await webhook_calls(sim, before)]
        )
        await bursts(sim, people)


async def bursts(sim: Simulation, people: list[Citizen]) -> None:
    """Everybody presses the send key in the same moment: nobody thinks or reads meanwhile."""
    before = await last(sim)
    for n in range(5):
        await asyncio.gather(*(person.says(f"追伸{n}です。よろしくお願いします") for person in people))
        await asyncio.gather(*(person.hears("担当者に伝えました") for person in people))
    figures(f"message → reply call, {TOGETHER} in the same moment", [s async for s in turns(sim, before)])


async def webhooks(session: aiohttp.ClientSession, town: Town, *, senders: int, each: int) -> list[float]:
    """Send signed webhooks that need no answer, each sender waiting for its 200; return the seconds."""
    seconds: list[float] = []

    async def sender() -> None:
        for _ in range(each):
            body, headers = unsent()
            started = time.perf_counter()
            async with session.post(f"{town.hub}/line/webhook", data=body, headers=headers) as answer:
                assert answer.status == 200, answer.status
                await answer.read()
            seconds.append(time.perf_counter() - started)

    await asyncio.gather(*(sender() for _ in range(senders)))
    return seconds


def unsent() -> tuple[bytes, dict[str, str]]:
    """One request of LINE's that needs no answer, and its headers."""
    return webhook([taken_back(uuid4().hex.upper())], SECRETS["LINE_CHANNEL_SECRET"])


async def last(sim: Simulation) -> int:
    """The number of the wire log's newest entry."""
    return max((entry["n"] for entry in await sim.wire()), default=0)


async def webhook_calls(sim: Simulation, after: int) -> list[dict[str, Any]]:
    """The webhooks in the wire log after a number."""
    return [e for e in await sim.wire(after) if e["direction"] == "in" and e["path"] == "/line/webhook"]


async def turns(sim: Simulation, after: int) -> Any:
    """Seconds from the sending of each citizen's message to LINE's getting the reply, matched by the reply token."""
    sent = {token: e["at"] - e["ms"] / 1e3 for e in await webhook_calls(sim, after) for token in tokens(e["body"])}
    for entry in await sim.wire(after):
        token = entry["body"].get("replyToken") if entry["path"] == "/v2/bot/message/reply" else None
        if token in sent and entry["status"] == 200:
            yield entry["at"] - entry["ms"] / 1e3 - sent[token]


def tokens(body: dict[str, Any]) -> Iterator[str]:
    """The reply tokens of a webhook."""
    return (event["replyToken"] for event in body["events"] if "replyToken" in event)


def figures(name: str, seconds: list[float]) -> None:
    """Print the quantiles of what was measured."""
    ordered = sorted(seconds)
    p50, p95, p99 = (ordered[int(len(ordered) * q)] * 1e3 for q in (0.5, 0.95, 0.99))
    row(name, f"p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   p99 {p99:6.1f} ms   n = {len(ordered)}")


def memory(name: str, process: psutil.Process) -> None:
    """Print what a process holds: RSS, and PSS where the system tells it."""
    told = process.memory_full_info()
    pss = f", PSS {told.pss / 1e6:.0f} MB" if hasattr(told, "pss") else ""
    row(f"memory of {name}", f"RSS {told.rss / 1e6:.0f} MB{pss}")


def row(name: str, told: str) -> None:
    """Print one row of the table."""
    print(f"{name:<44} {told}", flush=True)


if __name__ == "__main__":
    main()
