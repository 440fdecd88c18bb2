import asyncio
import logging
import time
from collections import defaultdict
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

from bot.delivery import claims
from bot.delivery.inbox import IN_A_FLOOD, ClaimedEvent, InboxWorker
from bot.errors import LeaseLost, TryLater
from storage.db import Database
from storage.models import Citizen, Delivery, InboxRow, OutboxRow
from tests import pace
from tests.delivery.delivery_desk import Clock, Desk, at_work, until


class Diary:
    """A handler that writes a citizen per event, so that doubles and losses show in the database."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.begun: list[str] = []
        self.done: list[str] = []
        self.problems: dict[str, list[Exception]] = {}
        self.gates: dict[str, asyncio.Event] = {}

    async def __call__(self, event: ClaimedEvent) -> None:
        self.begun.append(event.key)
        if event.key in self.gates:
            await self.gates[event.key].wait()
        if self.problems.get(event.key):
            raise self.problems[event.key].pop(0)
        async with self.desk.db.transaction() as session:
            session.add(Citizen(line_user_id=f"{event.key}-{uuid4()}", created_at=self.desk.clock()))
            await event.finish(session, self.desk.clock())
        self.done.append(event.key)

    async def effects(self) -> int:
        async with self.desk.db.reading() as session:
            return (await session.exec(select(func.count()).select_from(Citizen))).one()


@pytest.fixture
def diary(desk: Desk) -> Diary:
    return Diary(desk)


def worker(diary: Diary, db: Database | None = None, **more: Any) -> InboxWorker:
    more = {"poll": 0.02, **more}
    return InboxWorker(db or diary.desk.db, {"line": diary}, diary.desk.clock, **more)


async def test_events_are_worked_on_in_order_and_forgotten(desk: Desk, diary: Diary) -> None:
    await desk.received("a", "b", "c")
    async with at_work(worker(diary)):
        await until(lambda: len(diary.done) == 3)

    assert diary.done == ["a", "b", "c"]
    row = await desk.inbox("a")
    assert (row.status, row.body, row.done_at, row.owner) == (Delivery.DONE, b"", desk.clock(), None)


async def test_conversations_don_t_wait_for_each_other(desk: Desk, diary: Diary) -> None:
    diary.gates["a1"] = asyncio.Event()
    await desk.received("a1", "a2", conv="A")
    await desk.received("b1", conv="B")
    async with at_work(worker(diary)):
        await until(lambda: diary.done == ["b1"])
        assert diary.begun == ["a1", "b1"]
        diary.gates["a1"].set()
        await until(lambda: diary.done == ["b1", "a1", "a2"])


async def test_at_most_so_many_at_a_time(desk: Desk, diary: Diary) -> None:
    gate = asyncio.Event()
    for n in range(5):
        diary.gates[f"k{n}"] = gate
        await desk.received(f"k{n}", conv=f"U{n}")
    async with at_work(worker(diary, parallel=2)):
        await asyncio.sleep(0.15)
        assert len(diary.begun) == 2
        gate.set()
        await until(lambda: len(diary.done) == 5)


async def test_while_webhooks_come_in_few_events_are_begun(desk: Desk, diary: Diary) -> None:
    for n in range(4):
        await desk.received(f"k{n}", conv=f"U{n}")
    async with desk.db.transaction(accept=True):
        rows = await worker(diary).claim(8, desk.clock()) if not desk.db.is_sqlite else []
    async with at_work(worker(diary)):
        await until(lambda: len(diary.done) == 4 - len(rows))

    assert len(rows) == (0 if desk.db.is_sqlite else IN_A_FLOOD)


async def test_events_nobody_handles_stay(desk: Desk, diary: Diary) -> None:
    await desk.received("s", source="slack", conv="S")
    await desk.received("a")
    async with at_work(worker(diary)):
        await until(lambda: diary.done == ["a"])
    assert (await desk.inbox("s")).attempts == 0


async def test_an_idle_worker_starts_at_once_when_woken(desk: Desk, diary: Diary) -> None:
    sleepy = worker(diary, poll=30)
    async with at_work(sleepy):
        await asyncio.sleep(0.1)
        await desk.received("a")
        woken = time.perf_counter()
        sleepy.wake()
        await until(lambda: diary.begun == ["a"])
    assert time.perf_counter() - woken < pace.within(0.5)  # measured: a few ms; the poll would be 30 s


async def test_who_waits_for_rasa_loses_no_attempt(desk: Desk, diary: Diary) -> None:
    diary.problems["a"] = [TryLater("rasa is down", after=20)] * 12
    await desk.received("a", "b")
    async with at_work(worker(diary)):
        for n in range(12):
            await until(lambda n=n: len(diary.begun) > n)
            await until(lambda: _is_free(desk, "a"))
            assert (await desk.inbox("a")).attempts == 0
            desk.clock.turn(seconds=21)
        await until(lambda: diary.done == ["a", "b"])


async def test_poison_dies_is_reported_and_lets_the_next_pass(desk: Desk, diary: Diary) -> None:
    diary.problems["a"] = [ValueError("わたしの住所は")] * 8
    await desk.received("a", "b")
    async with at_work(worker(diary)):
        for n in range(8):
            await until(lambda n=n: len(diary.begun) > n)
            await until(lambda: _is_free(desk, "a"))
            desk.clock.turn(minutes=8)
        await until(lambda: diary.done == ["b"])

    row = await desk.inbox("a")
    assert (row.status, row.error_class, row.attempts) == (Delivery.DEAD, "ValueError", 8)
    (key,) = await desk.keys(OutboxRow)
    notice = await desk.outbox(key)
    assert (notice.dest, notice.conv, notice.kind) == ("slack", "channel", "notice")
    assert notice.payload == {"say": "dead_letter", "box": "inbox", "row": row.id}


async def test_a_person_s_words_are_not_logged(desk: Desk, diary: Diary, caplog: pytest.LogCaptureFixture) -> None:
    diary.problems["a"] = [ValueError("わたしの住所は")]
    await desk.received("a")
    with caplog.at_level(logging.DEBUG):
        async with at_work(worker(diary)):
            await until(lambda: _is_free(desk, "a", attempts=1))

    assert "event failed" in caplog.text
    assert not any("住所" in str(vars(record)) for record in caplog.records)


async def test_a_handler_that_forgets_to_finish_is_noticed(desk: Desk) -> None:
    async def forgetful(event: ClaimedEvent) -> None:
        pass

    await desk.received("a")
    async with at_work(InboxWorker(desk.db, {"line": forgetful}, desk.clock, poll=0.02)):
        await until(lambda: _is_free(desk, "a", attempts=1))
    assert (await desk.inbox("a")).error_class == "NotFinished"


async def test_after_a_crash_the_next_worker_resumes(desk: Desk, diary: Diary) -> None:
    diary.gates["a"] = asyncio.Event()
    await desk.received("a", "b")
    crashing = asyncio.create_task(worker(diary).run())
    await until(lambda: diary.begun == ["a"])
    crashing.cancel()
    await asyncio.gather(crashing, return_exceptions=True)
    diary.gates.clear()

    async with at_work(worker(diary)):
        await asyncio.sleep(0.1)
        assert diary.begun == ["a"]  # the dead worker's call may still land
        desk.clock.turn(seconds=61)
        await until(lambda: diary.done == ["a", "b"])
    assert await diary.effects() == 2


@pytest.mark.parametrize("fenced", [True, False])
async def test_a_late_worker_is_stopped_at_the_fence(desk: Desk, diary: Diary, fenced: bool) -> None:
    """Without the fence the same event has two effects: the control shows that this test can fail."""
    gate = diary.gates["a"] = asyncio.Event()
    await desk.received("a")
    with patch.object(claims, "held", claims.held if fenced else _unfenced):
        late, next_one = worker(diary), worker(diary)
        async with at_work(late):
            await until(lambda: diary.begun == ["a"])
            late._stopping = True  # it must not claim the row again itself
            del diary.gates["a"]
            desk.clock.turn(seconds=61)
            async with at_work(next_one):
                await until(lambda: diary.done == ["a"])
                gate.set()
    assert diary.begun == ["a", "a"]
    assert await diary.effects() == (1 if fenced else 2)


async def test_finishing_twice_is_refused(desk: Desk, diary: Diary) -> None:
    await desk.received("a")
    seen: list[ClaimedEvent] = []

    async def keep(event: ClaimedEvent) -> None:
        seen.append(event)
        await diary(event)

    async with at_work(InboxWorker(desk.db, {"line": keep}, desk.clock, poll=0.02)):
        await until(lambda: diary.done == ["a"])
    with pytest.raises(LeaseLost):
        async with desk.db.transaction() as session:
            await seen[0].finish(session, desk.clock())


async def test_a_gentle_stop_finishes_what_is_in_flight(desk: Desk, diary: Diary) -> None:
    diary.gates["a"] = asyncio.Event()
    await desk.received("a", "b")
    busy = worker(diary)
    async with at_work(busy):
        await until(lambda: diary.begun == ["a"])
        stopping = asyncio.create_task(busy.stop())
        await asyncio.sleep(0.05)
        diary.gates["a"].set()
        await stopping

    assert diary.done == ["a"]
    b = await desk.inbox("b")
    assert (b.attempts, b.owner) == (0, None)


async def test_a_row_claimed_while_stopping_is_given_back(desk: Desk, diary: Diary) -> None:
    await desk.received("a")
    leaving = worker(diary)
    leaving._stopping = True
    await leaving._begin(8)

    row = await desk.inbox("a")
    assert (row.attempts, row.owner, row.lease_until) == (0, None, None)
    assert diary.begun == []


async def test_two_replicas_share_the_work(two_replicas: tuple[Database, Database], clock: Clock) -> None:
    desk = Desk(two_replicas[0], clock)
    diary = Diary(desk)
    for n in range(30):
        await desk.received(*(f"U{n}-{m}" for m in range(3)), conv=f"U{n}")
    async with at_work(*(worker(diary, db, parallel=4) for db in two_replicas)):
        await until(lambda: len(diary.done) == 90, 20)

    assert await diary.effects() == 90
    assert _in_order(diary.done)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 4), st.booleans()), max_size=30))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
async def test_duplicates_and_disorder(sqlite: Database, deliveries: list[tuple[str, int, bool]]) -> None:
    """Whatever is delivered how often, before or after it was worked on: one effect each, in accepted order."""
    desk, run = Desk(sqlite, Clock()), uuid4().hex
    diary = Diary(desk)
    before = await diary.effects()
    accepted: dict[str, list[str]] = defaultdict(list)
    async with at_work(worker(diary, poll=0.01)):
        for conv, number, settle in deliveries:
            key = f"{run}{conv}-{number}"
            if key not in accepted[conv]:
                accepted[conv].append(key)
            await desk.received(key, conv=run + conv)
            if settle:
                await asyncio.sleep(0.005)
        await until(lambda: len(diary.done) == sum(map(len, accepted.values())))

    assert await diary.effects() - before == len(diary.done)
    for conv, keys in accepted.items():
        assert [key for key in diary.done if key.startswith(run + conv)] == keys
    assert await desk.keys(InboxRow, Delivery.NEW) == []


async def _unfenced(session: Any, box: Any, row_id: int, token: str) -> Any:
    row = await session.get(box, row_id)
    row.status = Delivery.NEW
    return row


async def _is_free(desk: Desk, key: str, attempts: int = 0) -> bool:
    row = await desk.inbox(key)
    return row.owner is None and row.attempts >= attempts


def _in_order(keys: list[str]) -> bool:
    by_conv: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        by_conv[key.split("-")[0]].append(key)
    return all(mine == sorted(mine) for mine in by_conv.values())
