"""Main, sub and city staff: who gets or loses a place hears of it alone, all alike, unless they did it themselves."""

from bot.desk.consultation.intake import received
from bot.desk.team import team
from storage.models import Role, Stage
from tests.desk.case_desk import CITY, MAIN, SUB, Desk


async def _told(desk: Desk, since: int = 0) -> list[tuple[str, str, str]]:
    rows = (await desk.sent("slack", "direct"))[since:]
    return [(row.payload["to"], row.payload["say"], row.payload["seat"]) for row in rows]


async def test_who_takes_a_place_themselves_is_told_nothing_and_who_is_given_one_is(desk: Desk) -> None:
    await desk.case(stage=Stage.HEARING)

    assert await _told(desk) == [(CITY, "seated", "city_staff")]


async def test_a_hand_over_tells_who_comes_and_a_lead_tells_both(desk: Desk) -> None:
    await desk.hires(ULEAD=Role.LEAD, UNEW=Role.COORDINATOR, ULAST=Role.COORDINATOR)
    number = await desk.case(stage=Stage.HEARING)
    why = {"reason": "異動のため", "summary": "ヒアリングは済み"}

    await desk.does(team.hand_over, number, to="UNEW", by=MAIN, **why)
    await desk.does(team.hand_over, number, to="ULAST", by="ULEAD", **why)

    assert await _told(desk, 1) == [
        ("UNEW", "seated", "main"),
        ("ULAST", "seated", "main"),
        ("UNEW", "unseated", "main"),
    ]
    said = (await desk.sent("slack", "thread"))[-1].payload
    assert (said["to"], said["reason"], said["summary"]) == ("ULAST", "異動のため", "ヒアリングは済み")


async def test_a_swap_tells_the_other_of_the_two(desk: Desk) -> None:
    await desk.hires(UMAIN=Role.COORDINATOR, USUB=Role.COORDINATOR)
    number = await desk.case(stage=Stage.HEARING)

    await desk.does(team.hand_over, number, to=SUB, reason="交代", summary="順調", by=MAIN)

    assert await _told(desk, 1) == [(SUB, "seated", "main")]


async def test_a_sub_whose_main_leaves_is_told_of_being_main(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    await desk.does(team.release, number, by=MAIN)

    assert await _told(desk, 1) == [(SUB, "seated", "main")]


async def test_a_city_member_who_is_replaced_is_told_too(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.HEARING)

    await small_desk.hires(UCITYTWO=Role.CITY_STAFF)
    await small_desk.does(team.staff, number, city_staff="UCITYTWO", by=MAIN)

    assert await _told(small_desk, 1) == [("UCITYTWO", "seated", "city_staff"), (CITY, "unseated", "city_staff")]


async def test_what_people_are_told_alone_holds_no_word_of_anybody(small_desk: Desk) -> None:
    await small_desk.hires(UNEW=Role.COORDINATOR)
    number = await small_desk.case()
    await small_desk.does(received.claim, number, by=MAIN)

    await small_desk.does(team.hand_over, number, to="UNEW", reason="病気のため", summary="秘密の要点", by=MAIN)

    rows = await small_desk.sent("slack", "direct")
    assert rows
    assert "病気" not in str([row.payload for row in rows])
    assert "秘密" not in str([row.payload for row in rows])
