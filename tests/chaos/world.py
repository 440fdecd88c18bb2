"""One centre under test: real hub processes on one database, and LINE, Slack and Rasa played beside them."""

import asyncio
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import web

from storage.db import Database
from storage.models import Staff
from tests import pace
from tests.chaos import found, signed
from tests.chaos.checker import Violation, violations
from tests.chaos.edge_line import LineEdge
from tests.chaos.edge_rasa import RasaEdge
from tests.chaos.edge_slack import STAFF, SlackEdge
from tests.chaos.faults import Weather
from tests.chaos.history import Event, History, Sending
from tests.chaos.hub import Hub
from tests.chaos.nursery import Nursery
from tests.chaos.signed import CHANNEL, LINE_SECRET, SLACK_SECRET
from tests.chaos.tempo import FASTER, SOON
from tests.chaos.waits import until
from tests.stand_ins.edge import served
from tests.stand_ins.signed import webhook

RASA_TOKEN = "chaos-rasa"
PATIENCE = aiohttp.ClientTimeout(total=2)  # LINE's own
STARTING = TAKEN = 60.0
CALM = 3  # looks in a row that find nothing under way


class World:
    """Use it with `async with`; `history` is what the checker looks at."""

    def __init__(
        self, nursery: Nursery, folder: Path, url: str, *, hubs: int = 1, seed: int = 0, faster: float = FASTER
    ) -> None:
        self.folder, self.url, self.seed = folder, url, seed
        self.random = random.Random(f"world {seed}")  # noqa: S311  trouble is no secret
        self.weather = Weather(seed, self.broke)
        self.line, self.slack = LineEdge(self.weather), SlackEdge(self.weather)
        self.rasa = RasaEdge(self.weather, lambda: f"{self.a_hub().at}/rasa/actions", RASA_TOKEN)
        self.hubs = [Hub(f"hub{n}", nursery, folder, faster) for n in range(hubs)]
        self.history = History()
        self.begin()
        self.db = Database(url)
        self.names: dict[str, str] = {}
        self.people = count(1)
        self._nursery, self._marks = nursery, count(1)
        self._serving = AsyncExitStack()
        self._calls = 0  # of the hubs, that are being answered
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "World":
        routes = [*self.line.routes("/{hub}"), *self.slack.routes("/{hub}"), *self.rasa.routes("/{hub}/rasa")]
        edges = served(routes, client_max_size=4 << 20, middlewares=[self._counting])
        self._url = await self._serving.enter_async_context(edges)
        self._session = self.rasa.session = aiohttp.ClientSession(timeout=PATIENCE)
        for hub in self.hubs:
            hub.start(self._settings(hub))
        await self.ready()
        async with self.db.transaction() as session:
            session.add_all([Staff(slack_id=slack_id, added_at=datetime.now(UTC)) for slack_id in STAFF])
        self._keeping = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: Any, _at: TracebackType | None) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
        for hub in self.hubs:
            hub.kill()
        await self._session.close()
        await self._serving.aclose()
        await self.db.close()

    def begin(self, *canaries: str) -> History:
        """Begin a new history; what happened before is nobody's business any more."""
        self.history = History(canaries=canaries)
        self._read = {log: log.stat().st_size for log in self.folder.glob("hub*.log")}
        for edge in (self.line, self.slack, self.rasa):
            edge.history = self.history
        return self.history

    def broke(self, what: str) -> None:
        """Count what was broken on purpose."""
        self.history.injected[what] += 1

    def forget(self, *promises: str) -> None:
        """Let the hubs break these promises of tests/chaos/breakage.py from now on, and no others."""
        (self.folder / "forgotten").write_text("\n".join(promises), "utf-8")

    async def clocks_are_right(self) -> None:
        """Set back every clock that was set, and wait until the hubs know: what they make till then would wait."""
        wrong = [hub for hub in self.hubs if hub.is_off]
        for hub in wrong:
            hub.set_clock(0)
        if wrong:
            await asyncio.sleep(5 * SOON)

    def a_hub(self) -> Hub:
        """One of the hubs that run, as a load balancer would choose."""
        return self.random.choice([h for h in self.hubs if h.runs and not h.frozen] or self.hubs)

    def promised(self, owner: str, *purposes: str) -> str:
        """Note an event that is about to be sent, and return its mark."""
        mark = f"m{next(self._marks):05}"
        self.names[f"line:{mark}"] = mark
        self.history.events[mark] = Event(mark, owner, purposes)
        return mark

    async def webhook(self, *events: Mapping[str, Any]) -> int:
        """Deliver events as LINE does, in one request, and return the status; 0 when nobody answered."""
        body, headers = webhook(events, LINE_SECRET)
        return await self._posted("/line/webhook", body, headers, [e["webhookEventId"] for e in events])

    async def brings(self, events: Sequence[Mapping[str, Any]], pause: Callable[[], float] = lambda: 0.2) -> None:
        """Deliver one request until it is taken, as LINE's redelivery does."""
        again = False

        async def taken() -> bool:
            nonlocal again
            status = await self.webhook(*({**e, "deliveryContext": {"isRedelivery": again}} for e in events))
            again = True
            return status == 200

        await until(taken, "a 200 from the hub", TAKEN, pause)

    async def press(self, number: str, by: str, owner: str, stamp: str, *, at: Hub | None = None) -> int:
        """Press 担当する on a card; the same stamp is the same press."""
        mark = f"press:{number}"
        body, headers = signed.press(number, by, stamp)
        self.names[signed.press_key(body, stamp)] = mark
        self.history.events.setdefault(mark, Event(mark, owner, ("claim", "claimed")))
        return await self._posted("/slack/events", body, headers, [mark], at)

    async def _posted(
        self, path: str, body: bytes, headers: dict[str, str], marks: list[str], at: Hub | None = None
    ) -> int:
        began, status = time.monotonic(), 0
        with suppress(aiohttp.ClientError, TimeoutError):
            async with self._session.post((at or self.a_hub()).at + path, data=body, headers=headers) as answer:
                await answer.read()
                status = answer.status
        self.history.sendings += [Sending(mark, began, time.monotonic(), status) for mark in marks]
        return status

    async def ready(self) -> None:
        """Wait until every hub that runs takes requests."""
        async with asyncio.timeout(pace.within(STARTING)):
            while not all([await self._answers(hub, "/readyz") for hub in self.hubs if hub.runs]):
                self._notice_the_dead()
                await asyncio.sleep(0.05)

    async def judged(self, patience: float = 120.0) -> list[Violation]:
        """Calm everything, wait until nothing waits any more, and return what is wrong with the history."""
        self.weather.calm()
        end, calm = time.monotonic() + pace.within(patience), 0
        while time.monotonic() < end and calm < CALM:
            calm = 0 if await self._unsettled() else calm + 1
            await asyncio.sleep(0.1)
        await found.add_what_is_stored(self.history, self.db, self.names)
        for log in self.folder.glob("hub*.log"):
            self.history.written[log.name] = log.read_bytes()[self._read.get(log, 0) :].decode("utf-8", "replace")
        self.history.unwell += [hub.name for hub in self.hubs if not await self._answers(hub, "/healthz")]
        return violations(self.history)

    async def _unsettled(self) -> bool:
        if self._calls or await found.waiting(self.db):
            return True
        return not all([await self._answers(hub, "/readyz") for hub in self.hubs])

    @web.middleware
    async def _counting(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self._calls += 1
        try:
            answer: web.StreamResponse = await handler(request)
            return answer
        finally:
            self._calls -= 1

    async def _answers(self, hub: Hub, path: str) -> bool:
        with suppress(aiohttp.ClientError, TimeoutError):
            async with self._session.get(hub.at + path) as answer:
                return answer.status == 200
        return False

    async def _keep(self) -> None:
        """Start again what died, as `tsunagi up` or an orchestrator does."""
        while True:
            self._notice_the_dead()
            for hub in self.hubs:
                if not hub.runs:
                    hub.start(self._settings(hub))
            await asyncio.sleep(0.1)

    def _notice_the_dead(self) -> None:
        ended = self._nursery.ended()
        for hub in self.hubs:
            hub.notice(ended)

    def _settings(self, hub: Hub) -> dict[str, str]:
        edge = f"{self._url}/{hub.name}.{hub.lives}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DATABASE_URL": self.url, "PORT": str(hub.port), "INDEX_DIR": str(self.folder / f"index-{hub.name}"),
            "LINE_CHANNEL_SECRET": LINE_SECRET, "LINE_CHANNEL_ACCESS_TOKEN": "chaos", "SLACK_BOT_TOKEN": "xoxb-chaos",
            "SLACK_SIGNING_SECRET": SLACK_SECRET, "SLACK_INTAKE_CHANNEL": CHANNEL, "RASA_TOKEN": RASA_TOKEN,
            "LINE_API_URL": edge, "SLACK_API_URL": f"{edge}/api/", "RASA_URL": f"{edge}/rasa", "PYTHONUTF8": "1",
        }  # fmt: skip
