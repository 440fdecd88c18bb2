"""Main, sub and the city's member: never the same person, never a sub alone."""

import pytest

from bot.desk.consultation.intake import received
from bot.desk.team import team
from bot.errors import Refused
from storage.models import Role, Stage
from tests.desk.case_desk import CITY, MAIN, SUB, Desk

TEAM = {"reason": "異動のため", "summary": "ヒアリングは済み"}


async def _people(desk: Desk, number: str) -> tuple[str | None, ...]:
    case = await desk.sees(number)
    return case.main, case.sub, case.city_staff


async def test_main_sub_and_city_staff_are_each_named_and_told_alike(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    assert await _people(desk, number) == (MAIN, SUB, CITY)
    assert await desk.told_citizen() == ["claimed", "joined", "staffed"]
    assert await desk.said_in_thread() == ["claimed", "joined", "briefing", "staffed"]


async def test_the_main_is_never_the_sub(small_desk: Desk) -> None:
    number = await small_desk.case()
    with pytest.raises(Refused, match="できません"):
        await small_desk.does(team.join, number, by=MAIN)
    await small_desk.does(received.claim, number, by=MAIN)

    with pytest.raises(Refused, match="メインとサブは別の人"):
        await small_desk.does(team.join, number, by=MAIN)
    await small_desk.does(team.join, number, by=SUB)
    with pytest.raises(Refused, match="あなたがすでにサブ"):
        await small_desk.does(team.join, number, by=SUB)
    with pytest.raises(Refused, match=f"<@{SUB}>"):
        await small_desk.does(team.join, number, by="UTHIRD")


async def test_the_citys_member_is_another_person_and_naming_them_twice_is_one_step(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    steps = len((await small_desk.sees(number)).history)

    await small_desk.does(team.staff, number, city_staff=CITY, by=SUB)
    with pytest.raises(Refused, match="別の人"):
        await small_desk.does(team.staff, number, city_staff=SUB, by=MAIN)

    assert len((await small_desk.sees(number)).history) == steps


async def test_when_the_main_leaves_the_sub_acts_as_main(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    await desk.does(team.release, number, by=MAIN)

    assert await _people(desk, number) == (SUB, None, CITY)
    last = (await desk.sees(number)).history[-1]
    assert last.before == {"main": MAIN, "sub": SUB}
    assert last.after == {"main": SUB, "sub": None, "acting": True}
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert (note["main"], note["sub"], note["acting"], note["by"]) == (SUB, None, True, MAIN)
    assert "released" not in await desk.told_citizen()  # somebody is still there for them


async def test_when_the_last_one_leaves_the_case_waits_and_the_citizen_knows(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.HEARING)

    await small_desk.does(team.release, number, by=SUB)
    assert "released" not in await small_desk.told_citizen()
    await small_desk.does(team.release, number, by=MAIN)

    assert await _people(small_desk, number) == (None, None, CITY)
    assert (await small_desk.sees(number)).stage is Stage.HEARING
    assert (await small_desk.told_citizen())[-1] == "released"
    with pytest.raises(Refused, match="まだ担当"):
        await small_desk.does(team.join, number, by=SUB)


async def test_who_is_not_in_the_team_cannot_leave_it(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    with pytest.raises(Refused, match=f"いまの担当は <@{MAIN}>"):
        await small_desk.does(team.release, number, by="UOTHER")


@pytest.mark.parametrize(
    ("by", "to", "then"),
    [
        (MAIN, "UNEW", ("UNEW", SUB)),
        (SUB, "UNEW", (MAIN, "UNEW")),
        (MAIN, SUB, (SUB, MAIN)),
        (SUB, MAIN, (SUB, MAIN)),
        ("ULEAD", "UNEW", ("UNEW", SUB)),
    ],
)
async def test_a_place_is_handed_over_with_its_story(small_desk: Desk, by: str, to: str, then: tuple[str, str]) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    await small_desk.hires(UNEW=Role.COORDINATOR, USUB=Role.COORDINATOR, UMAIN=Role.COORDINATOR, ULEAD=Role.LEAD)

    await small_desk.does(team.hand_over, number, to=to, by=by, **TEAM)

    assert (await _people(small_desk, number))[:2] == then
    assert (await small_desk.sees(number)).history[-1].words == ("異動のため", "ヒアリングは済み")
    (told,) = await small_desk.sent("line", "handed_over")
    assert "異動" not in str(told.payload)


@pytest.mark.parametrize(
    ("by", "to", "words", "why"),
    [
        (MAIN, MAIN, TEAM, "あなた自身"),
        (MAIN, "USTRANGER", TEAM, "登録されていません"),
        (MAIN, "URECEPTION", TEAM, "登録されていません"),
        (MAIN, CITY, TEAM, "別の人"),
        ("ULEAD", SUB, TEAM, "すでにこの案件に"),
        ("UNEW", "ULEAD", TEAM, "担当ではない"),  # such as a modal that was left open
        (MAIN, "UNEW", {"reason": "異動", "summary": " "}, "まとめ"),
    ],
)
async def test_a_hand_over_that_would_leave_a_hole_is_refused(
    small_desk: Desk, by: str, to: str, words: dict[str, str], why: str
) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    await small_desk.hires(UNEW=Role.COORDINATOR, URECEPTION=Role.RECEPTION, ULEAD=Role.LEAD)

    with pytest.raises(Refused, match=why):
        await small_desk.does(team.hand_over, number, to=to, by=by, **words)

    assert await _people(small_desk, number) == (MAIN, SUB, CITY)


@pytest.mark.parametrize("role", [None, Role.COORDINATOR, Role.RECEPTION])
async def test_only_a_member_of_the_city_takes_the_citys_place(small_desk: Desk, role: Role | None) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    if role:
        await small_desk.hires(UOTHER=role)

    with pytest.raises(Refused, match="市職員として登録されていません"):
        await small_desk.does(team.staff, number, city_staff="UOTHER", by=MAIN)

    assert (await small_desk.sees(number)).city_staff == CITY


async def test_the_citizen_hears_once_that_the_city_is_there(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    told = await small_desk.told_citizen()
    await small_desk.hires(UCITYTWO=Role.CITY_STAFF)

    await small_desk.does(team.staff, number, city_staff="UCITYTWO", by=MAIN)

    assert told.count("staffed") == 1
    assert await small_desk.told_citizen() == told
