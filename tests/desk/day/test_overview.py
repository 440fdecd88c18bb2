"""What awaits somebody at the desk, on both databases."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.desk.consultation.intake import received
from bot.desk.day import overview
from bot.desk.day.overview import HomeView, Kind, Late, Seat
from bot.desk.record import lines
from bot.desk.record.moves import Action
from bot.desk.talk import talk
from bot.desk.team import staff
from storage.models import (
    Case,
    Invitation,
    Meeting,
    MeetingKind,
    MeetingState,
    PlanTask,
    Proposal,
    Role,
    Staff,
    Stage,
)
from tests.desk.case_desk import CITY, MAIN, NOON, SUB, Desk

OTHER = "UOTHER"


async def opens_for(desk: Desk, slack_id: str, role: Role = Role.COORDINATOR) -> HomeView:
    async with desk.database.reading() as session:
        return await overview.home(session, slack_id, role, desk.now)


async def keeps(desk: Desk, *rows: Any) -> None:
    async with desk.database.transaction() as session:
        session.add_all(rows)


async def case_id(desk: Desk, number: str) -> int:
    return (await desk.sees(number)).id


async def is_in(desk: Desk, number: str, ward: str | None) -> None:
    async with desk.database.transaction() as session:
        case = await session.get_one(Case, await case_id(desk, number))
        (await session.get_one(Proposal, case.proposal_id)).ward = ward


async def a_task(desk: Desk, number: str, title: str, due_on: date, **more: Any) -> PlanTask:
    return PlanTask(case_id=await case_id(desk, number), title=title, due_on=due_on, by=MAIN, at=NOON, **more)


async def a_meeting(
    desk: Desk, number: str, days: int, kind: MeetingKind = MeetingKind.HEARING, **more: Any
) -> Meeting:
    values = {"state": MeetingState.FIXED, "starts_at": NOON + timedelta(days=days), "place": "協働ラボ", **more}
    return Meeting(case_id=await case_id(desk, number), kind=kind, by=MAIN, at=NOON, **values)


async def test_everybody_of_a_case_finds_it_with_their_place(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    for person, seat in ((MAIN, Seat.MAIN), (SUB, Seat.SUB), (CITY, Seat.CITY_STAFF)):
        assert [(one.case.number, one.seat) for one in (await opens_for(desk, person)).mine] == [(number, seat)]
    assert (await opens_for(desk, OTHER)).mine == ()


async def test_while_the_main_is_away_the_sub_acts(desk: Desk) -> None:
    await desk.case(stage=Stage.HEARING)
    away = NOON + timedelta(days=3)
    await keeps(desk, Staff(slack_id=MAIN, role=Role.COORDINATOR, added_at=NOON, away_until=away))

    assert [one.seat for one in (await opens_for(desk, SUB)).mine] == [Seat.ACTING]
    assert (await opens_for(desk, MAIN)).away_until == away

    desk.now = away + timedelta(minutes=1)
    assert [one.seat for one in (await opens_for(desk, SUB)).mine] == [Seat.SUB]
    assert (await opens_for(desk, MAIN)).away_until is None


async def test_what_nobody_has_is_shown_to_everybody_and_late_after_the_promise(desk: Desk) -> None:
    number = await desk.case()

    assert [line.number for line in (await opens_for(desk, OTHER)).unclaimed] == [number]
    assert (await opens_for(desk, OTHER)).overdue == ()

    desk.now = NOON + timedelta(days=4)
    late = (await opens_for(desk, OTHER)).overdue
    assert [(one.case.number, one.why) for one in late] == [(number, Late.PROMISE)]

    await desk.does(received.claim, number, by=MAIN)  # says who will answer, and answers nothing yet
    late = (await opens_for(desk, MAIN)).overdue
    assert [(one.case.number, one.why) for one in late] == [(number, Late.PROMISE)]

    await desk.does(talk.reply, number, "お待たせしています", by=MAIN)
    assert (await opens_for(desk, MAIN)).overdue == ()


async def test_what_stands_still_is_late_for_its_people_and_for_a_lead(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    desk.now = NOON + lines.STALLED_AFTER + timedelta(hours=1)

    for person, role in ((MAIN, Role.COORDINATOR), (CITY, Role.CITY_STAFF), (OTHER, Role.LEAD)):
        late = (await opens_for(desk, person, role)).overdue
        assert [(one.case.number, one.why) for one in late] == [(number, Late.STALLED)]
    assert (await opens_for(desk, OTHER)).overdue == ()


async def test_tasks_are_late_or_come(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)
    today = NOON.date()
    await keeps(
        desk,
        await a_task(desk, number, "会場を決める", today - timedelta(days=1)),
        await a_task(desk, number, "チラシ", today),
        await a_task(desk, number, "ずっと先", today + timedelta(days=8)),
        await a_task(desk, number, "終わった", today - timedelta(days=2), done_at=NOON),
        await a_task(desk, number, "やめた", today - timedelta(days=2), dropped_at=NOON),
        await a_task(desk, number, "ほかの人に頼んだ", today + timedelta(days=1), owner=OTHER),
    )

    main = await opens_for(desk, MAIN)
    assert [(one.why, one.about) for one in main.overdue] == [(Late.TASK, "会場を決める")]
    assert [one.about for one in main.coming] == ["チラシ", "ほかの人に頼んだ"]
    assert [one.about for one in (await opens_for(desk, OTHER)).coming] == ["ほかの人に頼んだ"]


async def test_meetings_of_the_next_days_are_shown_to_the_team_and_to_who_is_invited(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)
    dialogue = await a_meeting(desk, number, 3, MeetingKind.DIALOGUE)
    await keeps(
        desk,
        await a_meeting(desk, number, 1),
        dialogue,
        await a_meeting(desk, number, 9),
        await a_meeting(desk, number, 2, state=MeetingState.CANCELLED),
        await a_meeting(desk, number, -1),
    )
    await keeps(desk, Invitation(meeting_id=dialogue.id, who=OTHER, at=NOON))

    assert [one.kind for one in (await opens_for(desk, MAIN)).coming] == [Kind.HEARING, Kind.DIALOGUE]
    assert [(one.kind, one.about) for one in (await opens_for(desk, OTHER)).coming] == [(Kind.DIALOGUE, "協働ラボ")]
    assert len((await opens_for(desk, "ULEAD", Role.LEAD)).coming) == 2


async def test_a_ward_s_own_staff_see_nothing_of_other_wards(desk: Desk) -> None:
    citizen = await desk.citizen()
    here, there, nowhere = [await desk.opens(await desk.proposal(citizen)) for _ in range(3)]
    await is_in(desk, there, "港北区")
    await is_in(desk, nowhere, None)
    await keeps(desk, Staff(slack_id=OTHER, role=Role.LEAD, added_at=NOON, only_ward="鶴見区"))
    await keeps(desk, await a_meeting(desk, here, 1), await a_meeting(desk, there, 1))

    seen = await opens_for(desk, OTHER, Role.LEAD)

    assert [line.number for line in seen.unclaimed] == [here]
    assert [one.case.number for one in seen.coming] == [here]
    assert seen.only_ward == "鶴見区"


async def test_home_costs_as_many_queries_for_thirty_cases_as_for_one(desk: Desk) -> None:
    counts = []
    for many in (1, 29):
        citizen = await desk.citizen(f"U{many}")
        for _ in range(many):
            number = await desk.opens(await desk.proposal(citizen))
            await desk.does(received.claim, number, by=MAIN)
            await keeps(desk, await a_task(desk, number, "仕事", NOON.date()), await a_meeting(desk, number, 1))
        asked = Counter[str]()
        engine = desk.database._reads.sync_engine

        def listen(*told: Any, asked: Counter[str] = asked) -> None:
            asked["statements"] += 1

        event.listen(engine, "before_cursor_execute", listen)
        assert len((await opens_for(desk, MAIN)).mine) == (1 if many == 1 else 30)
        event.remove(engine, "before_cursor_execute", listen)
        counts.append(asked["statements"])

    assert counts[0] == counts[1] <= 7  # with the BEGIN of SQLite


@pytest.mark.parametrize(("ward", "only_ward", "seen"), [("", "", 3), ("鶴見区", "", 2), ("", "港北区", 1)])
async def test_lists_are_told_in_parts_and_by_ward(desk: Desk, ward: str, only_ward: str, seen: int) -> None:
    citizen = await desk.citizen()
    numbers = [await desk.opens(await desk.proposal(citizen)) for _ in range(3)]
    await is_in(desk, numbers[0], "港北区")

    async with desk.database.reading() as session:
        asked = {"by": MAIN, "now": desk.now, "ward": ward, "only_ward": only_ward}
        first = await lines.lists(session, "open", **asked, limit=1)
        rest = await lines.lists(session, "open", **asked, first=1, limit=5)

    assert (first.total, first.first, len(first.lines)) == (seen, 0, 1)
    assert len(rest.lines) == seen - 1
    assert {line.number for line in first.lines} & {line.number for line in rest.lines} == set()


async def test_of_other_wards_nothing_may_be_done(desk: Desk) -> None:
    number = await desk.case()
    await keeps(desk, Staff(slack_id=OTHER, role=Role.COORDINATOR, added_at=NOON, only_ward="港北区"))

    async with desk.database.reading() as session:
        with pytest.raises(staff.NotAllowed, match=r"港北区.*扱えるのは"):
            await staff.allow(session, OTHER, Action.CLAIM, {number})
    await is_in(desk, number, "港北区")
    async with desk.database.reading() as session:
        assert await staff.allow(session, OTHER, Action.CLAIM, {number}) is Role.COORDINATOR
