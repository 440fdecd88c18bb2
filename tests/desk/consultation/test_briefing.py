"""事前資料: what is gathered before the hearing, and who looked at what."""

import asyncio

import pytest

from bot.desk.consultation import advance, staffing
from bot.desk.consultation.hearing import briefing
from bot.desk.consultation.hearing.briefing import PARTS
from bot.desk.consultation.intake import received
from bot.desk.record.moves import Action
from bot.desk.team import team
from bot.errors import Refused
from storage.models import Organisation, Role, Staff, Stage, WardFact
from tests.desk.case_desk import CITY, MAIN, NOON, SUB, Desk

ALL = list(PARTS)


async def checks(
    desk: Desk, number: str, *ticked: str, seen: tuple[str, ...] = (), reason: str = "", by: str = MAIN
) -> None:
    await desk.does(briefing.check, number, ticked=ticked, seen=seen, reason=reason, by=by)


async def lacks(desk: Desk, number: str) -> set[str]:
    return {need.key for need in (await desk.sees(number)).lacking}


async def keep(desk: Desk, *rows: WardFact | Organisation | Staff) -> None:
    async with desk.database.transaction() as session:
        session.add_all(rows)


def fact(indicator: str, value: str, as_of: str, source: str = "国勢調査", ward: str = "鶴見区") -> WardFact:
    return WardFact(ward=ward, indicator=indicator, value=value, unit="人", as_of=as_of, source=source, updated_at=NOON)


def organisation(id: str, kind: str, ward: str = "鶴見区") -> Organisation:
    return Organisation(id=id, name=f"名前{id}", kind=kind, ward=ward, updated_at=NOON)


async def test_the_pack_is_posted_once_when_main_and_sub_are_there(desk: Desk) -> None:
    number = await desk.case()
    await desk.does(received.claim, number, by=MAIN)
    assert "briefing" not in await desk.said_in_thread()

    await desk.does(staffing.join, number, by=SUB)
    await desk.does(team.release, number, by=SUB)
    await desk.does(staffing.join, number, by="UOTHER")

    assert (await desk.said_in_thread()).count("briefing") == 1


async def test_figures_are_the_newest_and_never_without_source_and_date(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    await keep(
        desk,
        fact("人口", "280000", "2020-10-01"),
        fact("人口", "290000", "2024-10-01"),
        fact("高齢化率", "21", "2024-10-01", source=" "),
        fact("人口", "1", "2024-10-01", ward="青葉区"),
    )

    async with desk.database.reading() as session:
        known = await briefing.gather(session, await desk.sees(number))

    assert [(one.indicator, one.value) for one in known.figures] == [("人口", "290000")]
    assert known.without_source == 1


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2024/9/1", "2024/10/1"),
        ("平成31年4月1日", "令和6年4月1日"),
        ("2024-04-01", "2024年度"),
        ("いつか", "2015-10-01"),
    ],
)
async def test_the_newest_figure_is_the_one_of_the_latest_day_however_it_is_written(
    desk: Desk, older: str, newer: str
) -> None:
    number = await desk.case(stage=Stage.HEARING)
    await keep(desk, fact("世帯数", "新", newer), fact("世帯数", "旧", older))

    async with desk.database.reading() as session:
        known = await briefing.gather(session, await desk.sees(number))

    assert [one.value for one in known.figures] == ["新"]


async def test_people_and_places_of_the_ward_and_theme_are_named(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    people = [
        Staff(slack_id="UWARD", wards=["鶴見区"], role=Role.COORDINATOR, added_at=NOON),
        Staff(slack_id="UTHEME", themes=["子ども・若者"], role=Role.COORDINATOR, added_at=NOON),
        Staff(slack_id="ULEFT", wards=["鶴見区"], active=False, role=Role.COORDINATOR, added_at=NOON),
        Staff(slack_id=MAIN, wards=["鶴見区"], role=Role.COORDINATOR, added_at=NOON),
        Staff(slack_id="UELSE", wards=["青葉区"], role=Role.COORDINATOR, added_at=NOON),
    ]
    places = [
        organisation("1", "公共施設"), organisation("2", "NPO法人"), organisation("3", "施設", "青葉区"),
        organisation("4", "resource", "市全域"),
    ]  # fmt: skip
    await keep(desk, *people, *places)

    async with desk.database.reading() as session:
        known = await briefing.gather(session, await desk.sees(number))

    assert [(one.slack_id, knows) for one, knows in known.people] == [
        ("UTHEME", ["子ども・若者"]),
        ("UWARD", ["鶴見区"]),
    ]
    assert [one.id for one in known.resources] == ["1", "4"]


async def test_four_ticks_are_the_evidence(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    await checks(desk, number, "ward", "cases", by=CITY)
    assert "briefing" in await lacks(desk, number)
    await checks(desk, number, *ALL, seen=("ward", "cases"))

    assert "briefing" not in await lacks(desk, number)
    case = await desk.sees(number)
    assert briefing.looked_at(case.history) == ALL
    told = [row.payload for row in await desk.sent("slack", "thread") if row.payload["say"] == "briefing_checked"]
    assert [(one["by"], one["count"]) for one in told] == [(CITY, "2/4"), (MAIN, "4/4")]
    done = [line for line in case.history if line.action == Action.BRIEF]
    assert done[-1].before == {"ticked": ["ward", "cases"]}
    assert done[-1].after == {"ticked": ALL}


async def test_a_reason_leaves_the_others_out_until_they_are_ticked_after_all(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    await checks(desk, number, "ward", reason="急ぎのため")
    case = await desk.sees(number)
    assert [(e.key, e.text, e.waived) for e in case.evidence] == [("briefing", "地域特性", "急ぎのため")]
    await checks(desk, number, *ALL, seen=("ward",))

    case = await desk.sees(number)
    assert [(e.key, e.waived) for e in case.evidence] == [("briefing", None)]
    assert ("急ぎのため",) in [line.words for line in case.history]


async def test_two_who_tick_at_once_lose_nothing(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    await asyncio.gather(
        checks(desk, number, "ward", "cases"), checks(desk, number, "organisations", "resources", by=SUB)
    )

    assert briefing.looked_at((await desk.sees(number)).history) == ALL
    assert "briefing" not in await lacks(desk, number)


async def test_a_tick_is_taken_back_only_with_a_reason(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    await checks(desk, number, *ALL)

    with pytest.raises(Refused, match="確認しない理由"):
        await checks(desk, number, "ward", seen=tuple(ALL))
    await checks(desk, number, "ward", seen=tuple(ALL), reason="事例が別の区のものだった")

    case = await desk.sees(number)
    assert briefing.looked_at(case.history) == ["ward"]
    assert [e.waived for e in case.evidence] == ["事例が別の区のものだった"]


async def test_saving_without_a_change_adds_nothing(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    await checks(small_desk, number, "ward", "unknown")
    before = len((await small_desk.sees(number)).history)

    await checks(small_desk, number, "ward", seen=("ward",))

    assert len((await small_desk.sees(number)).history) == before


async def test_an_old_button_explains_itself(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.REALISATION)

    with pytest.raises(Refused, match="④実現支援"):
        await checks(small_desk, number, *ALL)


async def test_the_stage_moves_on_with_the_ticks(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    await checks(small_desk, number, *ALL)

    await small_desk.does(
        advance.advance, number, evidence={"hearing_notes": "聞きました"}, waived=None, by=MAIN, seen="hearing"
    )

    assert (await small_desk.sees(number)).stage is Stage.DIRECTION


async def test_the_figures_people_look_for_come_first_and_those_missing_are_named(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    found = {"区が置かれた日": "1927-10-01", "世帯数（総数）": "140000", "６５歳以上人口": "63000"}
    await keep(small_desk, *(fact(name, value, "2024-10-01") for name, value in found.items()))

    async with small_desk.database.reading() as session:
        known = await briefing.gather(session, await small_desk.sees(number))

    assert [one.indicator for one in known.figures][-1] == "区が置かれた日"
    assert known.missing == ("人口", "子どもの人口", "外国人の人口")
