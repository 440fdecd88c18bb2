"""While the main is away the sub acts, everybody of the case is told alike, and no place changes hands."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.desk.consultation import staffing
from bot.desk.consultation.intake import received
from bot.desk.team import absence
from bot.errors import Refused
from storage.models import Case, Nudge, Role, Staff, Stage
from tests.desk.case_desk import CITY, MAIN, NOON, SUB, Desk

FRIDAY = NOON + timedelta(days=3)


async def _acting(desk: Desk, number: str, now: datetime | None = None) -> str | None:
    view = await desk.sees(number)
    async with desk.database.reading() as session:
        staff = (await session.exec(select(Staff))).all()
    return absence.acting_of(view, absence.absent(staff, now or desk.now))


async def _teams(desk: Desk) -> str:
    await desk.hires(UMAIN=Role.COORDINATOR, USUB=Role.COORDINATOR, UCITY=Role.CITY_STAFF)
    return await desk.case(stage=Stage.HEARING)


async def test_the_sub_acts_until_the_main_is_back_by_itself(desk: Desk) -> None:
    number = await _teams(desk)
    assert await _acting(desk, number) == MAIN

    await desk.does(absence.set_away, MAIN, FRIDAY, by=MAIN)

    assert await _acting(desk, number) == SUB
    assert await _acting(desk, number, FRIDAY - timedelta(seconds=1)) == SUB
    assert await _acting(desk, number, FRIDAY) == MAIN
    view = await desk.sees(number)
    assert (view.main, view.sub) == (MAIN, SUB)
    assert (view.history[-1].action, view.history[-1].after["acting"]) == ("away", SUB)


async def test_everybody_of_the_case_is_told_alike(desk: Desk) -> None:
    await _teams(desk)
    before = len(await desk.sent("slack", "direct"))

    for _ in range(2):
        await desk.does(absence.set_away, MAIN, FRIDAY, by=MAIN)
    told = (await desk.sent("slack", "direct"))[before:]
    assert [(row.payload["to"], row.payload["say"]) for row in told] == [(SUB, "away"), (CITY, "away")]
    assert {row.payload["until"] for row in told} == {"11月27日(金)"}
    assert (await desk.said_in_thread())[-1] == "away"

    await desk.does(absence.set_away, MAIN, None, by=MAIN)
    told = (await desk.sent("slack", "direct"))[before + 2 :]
    assert [(row.payload["to"], row.payload["say"]) for row in told] == [(SUB, "back"), (CITY, "back")]


async def test_the_card_is_drawn_anew_when_the_time_is_over(desk: Desk) -> None:
    number = await _teams(desk)

    await desk.does(absence.set_away, MAIN, FRIDAY, by=MAIN)
    await desk.does(absence.set_away, MAIN, None, by=MAIN)
    await desk.does(absence.set_away, MAIN, FRIDAY, by=MAIN)

    async with desk.database.reading() as session:
        (row,) = (await session.exec(select(Nudge).where(Nudge.rule == absence.CARD_BACK))).all()
    assert (row.due_at, row.subject_id) == (FRIDAY, (await desk.sees(number)).id)


@pytest.mark.parametrize("away", [{MAIN, SUB}, {SUB}, set()])
def test_nobody_acts_who_is_away_too(away: set[str]) -> None:
    case = Case(number="2026-0001", proposal_id=1, stage_since=NOON, opened_at=NOON, main=MAIN, sub=SUB)

    assert absence.acting_of(case, dict.fromkeys(away, FRIDAY)) == MAIN


async def test_a_case_without_a_sub_says_so_to_nobody_else(small_desk: Desk) -> None:
    await small_desk.hires(UMAIN=Role.COORDINATOR)
    number = await small_desk.case()
    await small_desk.does(received.claim, number, by=MAIN)

    await small_desk.does(absence.set_away, MAIN, FRIDAY, by=MAIN)

    assert await _acting(small_desk, number) == MAIN
    assert await small_desk.sent("slack", "direct") == []


async def test_it_touches_open_cases_of_the_main_only(small_desk: Desk) -> None:
    number = await _teams(small_desk)
    other = await small_desk.opens(await small_desk.proposal())
    await small_desk.does(received.claim, other, by=SUB)
    await small_desk.does(staffing.join, other, by=MAIN)

    await small_desk.does(absence.set_away, MAIN, FRIDAY, by=MAIN)

    assert (await small_desk.sees(number)).history[-1].action == "away"
    assert (await small_desk.sees(other)).history[-1].action == "join"


async def test_nobody_is_away_in_the_past_and_no_stranger_is_away(small_desk: Desk) -> None:
    await _teams(small_desk)

    with pytest.raises(Refused, match="今日か"):
        await small_desk.does(absence.set_away, MAIN, NOON, by=MAIN)
    with pytest.raises(Refused, match="登録されていません"):
        await small_desk.does(absence.set_away, "USTRANGER", FRIDAY, by="USTRANGER")
