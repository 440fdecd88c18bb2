"""The tick: what is planned, settled once, moved, and kept through whatever happens to the process."""

from datetime import timedelta

from sqlmodel import select

from bot.desk.consultation import staffing
from bot.desk.consultation.intake import received
from bot.desk.day import nudges
from bot.desk.team.absence import CARD_BACK
from bot.nudges.tick import Ticker
from storage.db import Database
from storage.models import Citizen, Delivery, Nudge, OutboxRow, Stage
from tests import pace
from tests.desk.case_desk import MAIN, SUB
from tests.nudges.centre import LEAD, MORNING, Centre, jst


async def notices(centre: Centre) -> list[OutboxRow]:
    return await centre.messages("slack", "notice")


async def numbers(centre: Centre) -> list[list[str]]:
    """Of which cases each notice in the channel speaks."""
    async with centre.database.reading() as session:
        told = [await nudges.about(session, row.payload["nudges"], centre.now) for row in await notices(centre)]
    return [[one.number for one in some] for some in told]


async def test_an_unclaimed_case_reminds_the_channel_once_after_two_open_hours(centre: Centre) -> None:
    number = await centre.case()

    await centre.passes(hours=1)
    assert await notices(centre) == []
    await centre.passes(hours=1)
    assert await numbers(centre) == [[number]]
    await centre.passes(hours=9)
    assert len(await notices(centre)) == 1


async def test_a_claimed_case_reminds_nobody_of_its_main(centre: Centre) -> None:
    number = await centre.case()
    await centre.passes(hours=1)
    await centre.does(received.claim, number, by=MAIN)

    await centre.passes(hours=9)

    assert not {"unclaimed", "unclaimed_lead"} & set(await centre.said())
    assert {row.reason for row in await centre.nudges("unclaimed")} == {"gone"}


async def test_a_notice_that_waits_is_taken_back_when_somebody_claims(centre: Centre) -> None:
    number = await centre.case()
    await centre.passes(hours=2)
    await centre.does(received.claim, number, by=MAIN)

    await centre.ticker.tick()

    assert [row.status for row in await notices(centre)] == [Delivery.CANCELLED]


async def test_two_hubs_that_tick_at_once_say_it_once(database: Database) -> None:
    centre = Centre(database)
    await centre.staffed()
    await centre.case()
    other = centre.a_ticker()
    for _ in range(2):
        centre.now += timedelta(hours=1)
        await centre.ticker.tick()
        await other.tick()

    assert len(await notices(centre)) == 1
    assert len(await centre.nudges("unclaimed")) == 1


async def test_a_restart_forgets_nothing(centre: Centre) -> None:
    await centre.case()
    await centre.passes(hours=1)

    await centre.sleeps_until("2026-11-24T12:30")

    assert (await centre.said())["unclaimed"] == 1


async def test_after_three_days_of_downtime_each_person_gets_one_message(centre: Centre) -> None:
    for _ in range(5):
        number = await centre.opens(await centre.proposal())
        await centre.does(received.claim, number, by=MAIN)
    for _ in range(6):
        await centre.opens(await centre.proposal())

    await centre.sleeps_until("2026-11-28T10:00")

    assert len(await centre.direct(MAIN)) == 1
    assert len(await centre.direct(LEAD)) == 1
    assert [len(all_of_them) for all_of_them in await numbers(centre)] == [6]


async def test_what_comes_of_the_same_minute_joins_the_message_that_waits(centre: Centre) -> None:
    first = await centre.opens(await centre.proposal())
    await centre.does(received.claim, first, by=MAIN)
    centre.now += timedelta(minutes=1)
    second = await centre.opens(await centre.proposal())
    await centre.does(received.claim, second, by=MAIN)

    await centre.until(MORNING + timedelta(hours=4, minutes=1))

    assert [len(row.payload["nudges"]) for row in await centre.direct(MAIN)] == [2]


async def test_a_clock_that_jumps_back_says_nothing_twice(centre: Centre) -> None:
    await centre.case()
    await centre.passes(hours=3)

    centre.now -= timedelta(days=2)
    await centre.passes(days=2, hours=3)

    assert (await centre.said())["unclaimed"] == 1


async def test_a_clock_that_jumped_ahead_and_back_forgets_nothing(centre: Centre) -> None:
    await centre.case()
    centre.now += timedelta(days=400)
    await centre.ticker.tick()
    centre.now -= timedelta(days=400)
    await centre.opens(await centre.proposal())

    await centre.passes(hours=3)

    assert (await centre.said())["unclaimed"] == 2


async def test_at_night_staff_are_left_alone_until_the_centre_opens(centre: Centre) -> None:
    centre.now = jst("2026-11-24T19:00")
    number = await centre.opens(await centre.proposal())
    await centre.does(received.claim, number, by=MAIN)

    await centre.until("2026-11-25T08:59")
    assert not await centre.direct(MAIN)
    await centre.until("2026-11-25T12:00")

    assert [row.created_at.hour for row in await centre.direct(MAIN)] == [3]  # 12:00 here


async def test_while_the_main_is_away_the_sub_is_told(centre: Centre) -> None:
    number = await centre.case()
    await centre.does(received.claim, number, by=MAIN)
    await centre.does(staffing.join, number, by=SUB)
    async with centre.database.transaction() as session:
        from storage.models import Staff

        (await session.get_one(Staff, MAIN)).away_until = MORNING + timedelta(days=60)
        case = await centre.the_case(number)
        session.add(Nudge(rule=CARD_BACK, subject=f"case:{case.id}", subject_id=case.id or 0, due_at=MORNING))

    await centre.until(MORNING + timedelta(days=12))

    assert not await centre.direct(MAIN)
    assert await centre.direct(SUB)
    assert [row.status for row in await centre.nudges(CARD_BACK)] == [Delivery.DONE]


async def test_an_unfinished_hearing_is_recalled_twice_and_never_again(centre: Centre) -> None:
    draft = await centre.draft()
    await centre.until("2026-12-10T10:00")
    assert (await centre.said())["unfinished_hearing"] == 2

    await centre.change(draft, updated_at=centre.now)  # they went on, and stopped again
    await centre.until("2026-12-20T10:00")

    assert (await centre.said())["unfinished_hearing"] == 2


async def test_a_citizen_who_wrote_meanwhile_is_recalled_later_and_not_at_night(centre: Centre) -> None:
    draft = await centre.draft()
    await centre.ticker.tick()
    await centre.change(draft, updated_at=MORNING + timedelta(hours=12))

    await centre.until("2026-11-26T07:59")
    assert not await centre.messages("line", "reminders")
    await centre.until("2026-11-26T09:00")

    assert len(await centre.messages("line", "reminders")) == 1  # 22:00 of the day after was moved to eight


async def test_who_stopped_notices_hears_nothing_and_who_resumes_hears_the_next(centre: Centre) -> None:
    draft = await centre.draft()
    async with centre.database.reading() as session:
        citizen = await session.get_one(Citizen, draft.citizen_id)
    await centre.change(citizen, notices=False)
    await centre.passes(days=2)
    assert [row.reason for row in await centre.nudges("unfinished_hearing")] == ["stopped"]

    await centre.change(citizen, notices=True)
    await centre.change(draft, updated_at=centre.now)
    await centre.passes(days=2)

    assert (await centre.said())["unfinished_hearing"] == 1


async def test_who_left_is_waited_for(centre: Centre) -> None:
    draft = await centre.draft()
    async with centre.database.reading() as session:
        citizen = await session.get_one(Citizen, draft.citizen_id)
    await centre.change(citizen, following=False)
    await centre.passes(days=2)
    assert [(row.status, row.reason) for row in await centre.nudges("unfinished_hearing")] == [("new", "unfollowed")]

    await centre.change(citizen, following=True)
    await centre.passes(days=1)

    assert (await centre.said())["unfinished_hearing"] == 1


async def test_a_row_that_cannot_be_settled_keeps_no_other(small: Centre) -> None:
    await small.case()
    async with small.database.transaction() as session:
        session.add(Nudge(rule=CARD_BACK, subject="case:x", subject_id="x", due_at=MORNING))  # type: ignore[arg-type]

    await small.passes(hours=2)

    assert (await small.said())["unclaimed"] == 1


async def test_the_tick_wakes_the_postman_only_when_something_happened(sqlite: Database) -> None:
    centre = Centre(sqlite)
    await centre.case()
    await centre.passes(hours=1)
    assert centre.woken == 0

    await centre.passes(hours=1)

    assert centre.woken == 1


async def test_it_ticks_by_itself(sqlite: Database) -> None:
    import asyncio

    centre = Centre(sqlite)
    await centre.staffed()
    await centre.case()
    centre.now += timedelta(hours=2)
    ticker = Ticker(sqlite, lambda: centre.now, lambda: None)
    ticker.start(seconds=0.05)
    try:
        async with asyncio.timeout(pace.within(20)):
            while not await notices(centre):  # noqa: ASYNC110  nothing tells when a scheduler has run
                await asyncio.sleep(0.05)
    finally:
        ticker.stop()

    async with sqlite.reading() as session:
        assert (await session.exec(select(Nudge).where(Nudge.rule == "unclaimed"))).one().late_seconds == 0


async def test_a_closed_case_is_never_spoken_of(centre: Centre) -> None:
    await centre.case(stage=Stage.CLOSED)

    await centre.until(MORNING + timedelta(days=40))

    assert not await centre.said()
