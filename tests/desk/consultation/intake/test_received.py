"""① A proposal arrives, is taken or shown the right door."""

import asyncio

import pytest

from bot.desk.consultation.intake import received
from bot.desk.record.kinds import MoveNotAllowed
from bot.desk.record.moves import Action
from bot.desk.record.record import CaseNotFound, Overtaken, change, get
from bot.desk.team import team
from bot.errors import Refused
from storage.models import Case, Stage
from tests.desk.case_desk import CITY, MAIN, NOON, SUB, Desk


async def test_a_proposal_becomes_one_case_with_one_card(desk: Desk) -> None:
    proposal = await desk.proposal(await desk.citizen())

    numbers = await asyncio.gather(*(desk.opens(proposal) for _ in range(4)))

    assert set(numbers) == {"2026-0001"}
    case = await desk.sees("2026-0001")
    assert (case.stage, case.main, case.theme) == (Stage.RECEIVED, None, "子ども・若者")
    assert [line.action for line in case.history] == ["opened"]
    assert len(await desk.sent("slack", "card")) == 1


async def test_claiming_begins_the_hearing_and_everybody_hears_of_it(desk: Desk) -> None:
    number = await desk.case()

    await desk.does(received.claim, number, by=MAIN)

    case = await desk.sees(number)
    assert (case.stage, case.main, case.stage_since) == (Stage.HEARING, MAIN, NOON)
    assert case.history[-1].before == {"main": None, "stage": "received"}
    assert case.history[-1].after == {"main": MAIN, "stage": "hearing"}
    assert await desk.told_citizen() == ["claimed"]
    assert await desk.said_in_thread() == ["claimed"]
    (card,) = await desk.sent("slack", "card")
    assert card.revision == 3


async def test_of_five_who_press_at_once_one_wins_and_the_others_are_told_who(desk: Desk) -> None:
    number = await desk.case()
    people = [f"U{n}" for n in range(5)]

    done = await asyncio.gather(*(desk.does(received.claim, number, by=who) for who in people), return_exceptions=True)

    winners = [who for who, result in zip(people, done, strict=True) if isinstance(result, Case)]
    refusals = [str(result) for result in done if isinstance(result, Refused)]
    assert len(winners) == 1
    assert len(refusals) == 4
    assert all(f"<@{winners[0]}>" in said for said in refusals)
    case = await desk.sees(number)
    assert case.main == winners[0]
    assert [line.action for line in case.history] == ["opened", "claim"]
    assert await desk.told_citizen() == ["claimed"]


async def test_a_change_of_what_has_changed_since_is_refused_with_who_did_it(desk: Desk) -> None:
    number = await desk.case()
    async with desk.database.reading() as session:
        seen = await get(session, number)
    await desk.does(received.claim, number, by=MAIN)

    async with desk.database.transaction() as session:
        session.add(seen)
        with pytest.raises(Overtaken, match=f"<@{MAIN}> さんが「担当する」"):
            await change(session, seen, Action.CLAIM, by=SUB, at=NOON, main=SUB)

    assert (await desk.sees(number)).main == MAIN


async def test_pressing_twice_says_that_it_is_fine(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    with pytest.raises(Refused, match="あなたがすでに担当"):
        await small_desk.does(received.claim, number, by=MAIN)


async def test_a_case_whose_main_has_left_is_claimed_where_it_stands(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    for who in (SUB, MAIN):
        await small_desk.does(team.release, number, by=who)

    await small_desk.does(received.claim, number, by="UNEW")

    case = await small_desk.sees(number)
    assert (case.stage, case.main) == (Stage.DIRECTION, "UNEW")
    assert (await small_desk.told_citizen())[-2:] == ["released", "claimed_again"]


async def test_the_city_member_is_not_also_the_coordinator(small_desk: Desk) -> None:
    number = await small_desk.case()
    await small_desk.does(team.staff, number, city_staff=CITY, by=MAIN)
    with pytest.raises(Refused, match="別の人"):
        await small_desk.does(received.claim, number, by=CITY)


async def test_the_right_door_is_told_in_words(desk: Desk) -> None:
    number = await desk.case()
    door = "鶴見区市民活動支援センター（電話 045-000-1111）へご相談ください。"

    await desk.does(received.refer, number, door=door, by=MAIN)

    assert (await desk.sees(number)).stage is Stage.CLOSED
    (told,) = await desk.sent("line")
    assert (told.kind, told.payload["door"], told.payload["number"]) == ("referred", door, number)
    assert (await desk.sent("slack", "thread"))[-1].payload["told"] is True


async def test_who_came_by_phone_is_left_to_the_coordinators_to_call(small_desk: Desk) -> None:
    number = await small_desk.case(line=False)

    await small_desk.does(received.refer, number, door="区役所へ", by=MAIN)

    assert await small_desk.told_citizen() == []
    assert (await small_desk.sent("slack", "thread"))[-1].payload["told"] is False


async def test_without_a_door_nobody_is_sent_away(small_desk: Desk) -> None:
    number = await small_desk.case()
    with pytest.raises(Refused, match="窓口の名前"):
        await small_desk.does(received.refer, number, door=" \n", by=MAIN)
    assert (await small_desk.sees(number)).stage is Stage.RECEIVED


async def test_a_late_stage_is_not_sent_to_another_door(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.REALISATION)
    with pytest.raises(MoveNotAllowed):
        await small_desk.does(received.refer, number, door="区役所へ", by=MAIN)


async def test_an_unknown_number_is_said_to_be_unknown(small_desk: Desk) -> None:
    with pytest.raises(CaseNotFound, match="`2026-9999`"):
        await small_desk.sees("2026-9999")
    with pytest.raises(CaseNotFound) as refused:
        await small_desk.sees("<!channel> `x`")
    assert "<!" not in str(refused.value)
