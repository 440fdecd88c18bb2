"""The demo's clock is moved ahead at night: what comes due in between is said, to citizens by day."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import clock
from bot.clock import Clock
from bot.delivery.outbox import Receipt
from bot.delivery.postman import Postman
from bot.errors import DeliveryError
from bot.line.drawing import draw
from bot.nudges.tick import Ticker
from bot.tables.calendars import CENTRE
from bot.web.demo import Demo, stops
from bot.when import TOKYO
from storage.db import Database
from storage.models import Meeting, MeetingKind, MeetingState, OutboxRow, Stage
from tests.desk.case_desk import MAIN
from tests.nudges.centre import Centre, jst

DAY = 86_400
NIGHT = datetime(2026, 11, 24, 21, 47, tzinfo=TOKYO)  # a Tuesday, after closing


@pytest.fixture
def centre(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    """A centre on a Tuesday night, where nothing leaves that could be waited for."""
    monkeypatch.setattr("bot.web.demo.PATIENCE", 0.1)
    monkeypatch.setattr(clock, "wall", lambda: NIGHT.astimezone(UTC))
    return Centre(sqlite, NIGHT)


class Phone:
    """Where LINE's messages arrive: what each said, and when it left."""

    def __init__(self, centre: Centre, time: Clock) -> None:
        self._db, self._time = centre.database, time
        self.told: list[tuple[datetime, str]] = []

    def choose(self, row: OutboxRow, now: datetime) -> None:
        row.sent_as = "push"

    async def send(self, row: OutboxRow) -> Receipt:
        now = self._time()
        async with self._db.reading() as session:
            self.told += [(now.astimezone(TOKYO), str(one["text"])) for one in await draw(session, row, now=now)]
        return Receipt(now)

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        pass

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        raise AssertionError(error)


def a_demo(centre: Centre, wake: Callable[[], None] = lambda: None, time: Clock | None = None) -> Demo:
    time = time or Clock()
    ticker = Ticker(centre.database, time, wake)

    async def life() -> int:
        return 0

    return Demo(centre.database, time, "token", tick=ticker.tick, chores=ticker.chores, wake=wake, live=life)


@asynccontextmanager
async def with_line(centre: Centre) -> AsyncIterator[tuple[Demo, Phone]]:
    """A demo whose messages to citizens leave."""
    time = Clock()
    phone = Phone(centre, time)
    postman = Postman(centre.database, {"line": phone}, time)
    running = asyncio.create_task(postman.run())
    try:
        yield a_demo(centre, postman.wake, time), phone
    finally:
        await postman.stop()
        await asyncio.wait([running])


async def moves(demo: Demo, days: int) -> float:
    """Return the seconds that the hub's clock is ahead afterwards, as the simulator takes them over."""
    return float((await demo._do("clock", {"seconds": days * DAY}))["ahead"])


async def test_a_day_later_at_night_the_channel_has_been_reminded(centre: Centre) -> None:
    await centre.staffed()
    await centre.case()

    await moves(a_demo(centre), 1)

    assert (await centre.said())["unclaimed"] == 1


async def test_in_a_month_a_citizen_is_reminded_by_day_and_as_often_as_ever(centre: Centre) -> None:
    await centre.staffed()
    await centre.draft()

    await moves(a_demo(centre), 30)

    told = [row.done_at.astimezone(TOKYO) for row in await centre.nudges("unfinished_hearing") if row.done_at]
    assert [f"{at:%m-%d}" for at in told] == ["11-26", "11-29"]
    assert all(CENTRE.awake(at) == at for at in told)


async def test_a_jump_over_a_hearing_recalls_it_the_day_before_and_two_hours_before(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.demo.PATIENCE", 10.0)
    number = await centre.case(stage=Stage.HEARING)
    await centre.adds(Meeting(case_id=(await centre.the_case(number)).id or 0, kind=MeetingKind.HEARING, by=MAIN,
                              state=MeetingState.FIXED, at=NIGHT, fixed_at=NIGHT,
                              starts_at=jst("2026-11-27T14:00")))  # fmt: skip

    async with with_line(centre) as (demo, phone):
        ahead = await moves(demo, 7)

    assert ahead == demo._clock.ahead.total_seconds()  # else a citizen's next answer would look like a late one
    (day_before, two_hours) = [(at, said) for at, said in phone.told if "お知らせです（受付番号" in said]
    assert jst("2026-11-26T14:00") <= day_before[0] < jst("2026-11-26T14:02")
    assert jst("2026-11-27T12:00") <= two_hours[0] < jst("2026-11-27T12:02")
    assert "明日のお知らせ" in day_before[1]
    assert "今日のお知らせ" in two_hours[1]
    said = await centre.said()
    assert (said["hearing_day_before"], said["hearing_two_hours"]) == (1, 1)


async def test_two_jumps_are_no_more_than_both(centre: Centre) -> None:
    await centre.staffed()
    await centre.case()
    demo = a_demo(centre)

    await moves(demo, 1)
    await moves(demo, 1)

    assert (await centre.said())["unclaimed"] == 1
    assert abs(demo._clock() - NIGHT - timedelta(days=2)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-24T21:47", "2026-11-25T21:47", ["2026-11-25T09:00", "2026-11-25T19:59"]),
        ("2026-11-24T10:00", "2026-11-25T10:00", ["2026-11-25T09:00"]),
        ("2026-11-24T19:30", "2026-11-24T20:30", ["2026-11-24T19:59"]),
        ("2026-11-24T21:47", "2026-11-24T22:47", []),
        ("2026-11-24T10:00", "2026-11-24T11:00", []),
        ("2026-12-28T21:47", "2027-01-04T08:00", []),  # closed at the turn of the year
    ],
)
def test_the_way_stops_where_the_centre_is_open(start: str, end: str, expected: list[str]) -> None:
    assert list(stops(jst(start), jst(end))) == [jst(at) for at in expected]


def test_a_month_stops_once_a_day(centre: Centre) -> None:
    found = list(stops(NIGHT, NIGHT + timedelta(days=30)))

    assert len(found) == 31  # and once more before it ends
    assert found == sorted(found)
