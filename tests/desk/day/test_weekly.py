"""A ward's week: once, for the wards that have a channel, from the week's first opening on."""

from datetime import datetime, timedelta

from sqlmodel import col, update

from bot.desk.consultation.intake import received
from bot.desk.day import weekly
from bot.desk.record import lines
from bot.when import TOKYO
from storage.models import Case, Meeting, MeetingKind, MeetingState
from tests.desk.case_desk import MAIN, Desk

MONDAY = datetime(2026, 11, 30, 9, 5, tzinfo=TOKYO)


async def in_a_ward_channel(desk: Desk, number: str) -> None:
    async with desk.database.transaction() as session:
        at = {"ward_channel_id": "C0TSURUMI", "ward_card_ts": "1.1"}
        await session.exec(update(Case).where(col(Case.number) == number).values(**at))


async def test_a_ward_with_a_channel_hears_once_a_week(desk: Desk) -> None:
    await in_a_ward_channel(desk, await desk.case())
    desk.now = MONDAY - timedelta(minutes=10)
    assert await desk.does(weekly.weekly) == 0

    desk.now = MONDAY
    assert await desk.does(weekly.weekly) == 1
    desk.now = MONDAY + timedelta(days=2)
    assert await desk.does(weekly.weekly) == 0
    desk.now = MONDAY + timedelta(days=7)
    assert await desk.does(weekly.weekly) == 1

    rows = await desk.sent("slack", "notice")
    assert [row.key for row in rows] == ["weekly:鶴見区:2026-W49", "weekly:鶴見区:2026-W50"]
    assert rows[0].payload == {"say": "ward_week", "ward": "鶴見区", "until": "2026-11-30T09:00:00+09:00"}


async def test_a_ward_without_a_channel_hears_nothing(desk: Desk) -> None:
    await desk.case()
    desk.now = MONDAY

    assert await desk.does(weekly.weekly) == 0


def test_a_week_begins_when_the_centre_first_opens() -> None:
    assert weekly.due(MONDAY) == datetime(2026, 11, 30, 9, tzinfo=TOKYO)
    new_year = datetime(2026, 12, 30, 12, tzinfo=TOKYO)  # Monday 28th is the last open day of the year
    assert weekly.due(new_year) == datetime(2026, 12, 28, 9, tzinfo=TOKYO)
    first_week = datetime(2025, 1, 1, 12, tzinfo=TOKYO)  # Monday was 12/30: closed until Saturday 1/4
    assert weekly.due(first_week) == datetime(2025, 1, 4, 9, tzinfo=TOKYO)


async def test_a_week_has_what_came_ended_stands_still_and_comes(desk: Desk) -> None:
    citizen = await desk.citizen()
    desk.now = MONDAY - lines.STALLED_AFTER - timedelta(days=1)
    old = await desk.opens(await desk.proposal(citizen))
    desk.now = MONDAY - timedelta(days=2)
    new, ended = [await desk.opens(await desk.proposal(citizen)) for _ in range(2)]
    await desk.does(received.refer, ended, door="区役所へ", by=MAIN)
    async with desk.database.transaction() as session:
        at = {"by": MAIN, "at": desk.now, "kind": MeetingKind.HEARING, "state": MeetingState.FIXED}
        session.add(Meeting(case_id=(await desk.sees(new)).id, starts_at=MONDAY + timedelta(days=1), **at))

    async with desk.database.reading() as session:
        week = await weekly.week_of(session, "鶴見区", MONDAY)
        elsewhere = await weekly.week_of(session, "港北区", MONDAY)

    assert [line.number for line in week.opened] == [new, ended]
    assert [line.number for line in week.closed] == [ended]
    assert [line.number for line in week.stalled] == [old]
    assert [one.case.number for one in week.coming] == [new]
    assert elsewhere.opened == elsewhere.closed == elsewhere.stalled == elsewhere.coming == ()
