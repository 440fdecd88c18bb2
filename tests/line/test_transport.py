"""What LINE's troubles make of a message: it appears once, whatever happened to the attempts before."""

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, Configuration
from sqlmodel import col, select

from bot.delivery.outbox import put
from bot.delivery.postman import Postman
from bot.line.transport import LineTransport
from deploy.simulator.app import serving
from deploy.simulator.line.phones import ReplyToken
from deploy.simulator.state import World
from storage.db import Database
from storage.models import Citizen, Delivery, OutboxRow

FAULTS = {
    "500": {"kind": "error"},
    "500 accepted": {"kind": "error", "accepted": True},
    "429": {"kind": "error", "status": 429},
    "dropped": {"kind": "drop"},
    "dropped accepted": {"kind": "drop", "accepted": True},
}


@dataclass
class Office:
    """The hub's way to a simulated LINE, one attempt at a time, by a clock that is turned."""

    db: Database
    world: World
    client: AsyncApiClient
    away: str  # where no LINE is
    now: datetime = datetime(2026, 6, 15, 3, tzinfo=UTC)
    postman: Postman = field(init=False)

    def __post_init__(self) -> None:
        self.phone = next(iter(self.world.phones.all.values()))
        self.phone.friend = True
        self.token = ReplyToken(self.phone.id, self.world.now())
        self.world.phones.reply_tokens["T"] = self.token
        transport = LineTransport(self.db, AsyncMessagingApi(self.client), lambda: self.now)
        self.postman = Postman(self.db, {"line": transport}, lambda: self.now)

    async def queues(self, kind: str = "stale", **payload: str) -> None:
        async with self.db.transaction() as session:
            await put(
                session, dest="line", conv="line:1", kind=kind, key="k", payload=payload, now=self.now,
                reply_token="T", token_at=self.now,
            )  # fmt: skip

    async def meets(self, trouble: str) -> None:
        """Let the next attempt meet a trouble: of FAULTS, away, spent, old, or none; then wait until it is due."""
        if trouble in FAULTS:
            self.world.faults.add(platform="line", **FAULTS[trouble])
        elif trouble == "old":
            self.now += timedelta(minutes=2)
        elif trouble == "spent":
            self.token.used = True
        self.client.configuration._base_path = self.away if trouble == "away" else self.world.config.url
        for row in await self.postman.claim(1, self.now):
            await self.postman.work(row)
        self.now += timedelta(seconds=31 if self.postman._breakers["line"].is_open else 12)

    async def row(self) -> OutboxRow:
        async with self.db.reading() as session:
            return (await session.exec(select(OutboxRow).where(OutboxRow.key == "k"))).one()

    @property
    def shown(self) -> int:
        return len(self.phone.bubbles)


@pytest.fixture
async def office(sqlite: Database) -> AsyncIterator[Office]:
    async with serving() as world, AsyncApiClient(Configuration(access_token=world.config.line_token)) as client:
        with (
            socket.socket() as taken
        ):  # and nobody listens: a port that is merely free may be somebody's a moment later
            taken.bind(("127.0.0.1", 0))
            yield Office(sqlite, world, client, f"http://127.0.0.1:{taken.getsockname()[1]}")


@pytest.mark.parametrize(
    ("troubles", "way"),
    [
        ([""], "reply"),
        (["away", "away", ""], "reply"),
        (["away", "away", "old"], "push"),
        (["away", "away", "spent", ""], "push"),
        (["spent", ""], "push"),
        (["spent", "away", "", ""], "push"),
        (["429", ""], "reply"),
        (["500", ""], "reply"),
        (["500", "away", ""], "reply"),
        (["dropped", ""], "reply"),
        (["500 accepted", ""], "reply"),
        (["dropped accepted", ""], "reply"),
        (["dropped accepted", "away", "old"], "reply"),
        (["dropped accepted", "429", "old"], "reply"),
    ],
)
async def test_a_message_appears_once(office: Office, troubles: list[str], way: str) -> None:
    await office.queues(to=office.phone.id)
    for trouble in troubles:
        await office.meets(trouble)

    row = await office.row()
    assert (row.status, row.sent_as, office.shown) == (Delivery.DONE, way, 1), row.error_class


@pytest.mark.parametrize("then", ["away", "429"])
async def test_a_reply_lost_while_line_is_known_to_be_down_is_not_pushed_as_well(office: Office, then: str) -> None:
    await office.queues(to=office.phone.id)
    for _ in range(5):
        office.postman._breakers["line"].failed(office.now - timedelta(minutes=1))
    for trouble in ("dropped accepted", then, "old"):
        await office.meets(trouble)

    assert ((await office.row()).status, office.shown) == (Delivery.DONE, 1)


async def test_while_line_is_away_every_message_waits_and_none_is_given_up(office: Office) -> None:
    await office.queues(to=office.phone.id)
    for _ in range(20):
        await office.meets("away")

    row = await office.row()
    assert (row.status, row.attempts, row.first_try_at) == (Delivery.NEW, 0, None)


@pytest.mark.parametrize(("troubles", "shown"), [([""], 1), (["away", "old"], 0), (["spent", ""], 0)])
async def test_a_group_chat_is_answered_in_time_or_not_at_all(office: Office, troubles: list[str], shown: int) -> None:
    await office.queues("only_one_to_one")
    for trouble in troubles:
        await office.meets(trouble)

    assert ((await office.row()).status, office.shown) == (Delivery.DONE, shown)


async def test_a_month_that_is_used_up_is_told_to_the_desk_once_and_loses_nothing(office: Office) -> None:
    office.world.config.line_quota = 0
    await office.queues(to=office.phone.id)
    for _ in range(2):
        await office.meets("old")

    async with office.db.reading() as session:
        rows = (await session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))).all()
    assert [(row.dest, row.status) for row in rows] == [("line", Delivery.NEW), ("slack", Delivery.NEW)]
    assert rows[1].payload == {"say": "line_quota"}


async def test_a_reminder_that_comes_late_wakes_nobody(office: Office) -> None:
    async with office.db.transaction() as session:
        session.add(Citizen(id=1, line_user_id=office.phone.id, created_at=office.now))
        await put(
            session, dest="line", conv="line:1:reminders", kind="reminders", key="k", now=office.now,
            payload={"citizen": 1, "nudges": [1], "at": office.now.isoformat()},
        )  # fmt: skip
    office.now = datetime(2026, 6, 15, 13, 30, tzinfo=UTC)  # 22:30 in Tokyo

    for row in await office.postman.claim(1, office.now):
        await office.postman.work(row)

    row = await office.row()
    assert (row.status, row.attempts, row.next_at) == (Delivery.NEW, 0, datetime(2026, 6, 15, 23, tzinfo=UTC))
