"""④ 実施計画: tasks for the desk, milestones for the citizen."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from bot.desk.consultation.realisation import plan
from bot.desk.record.marks import mark
from bot.desk.record.sight import as_json
from bot.errors import Refused
from storage.models import Citizen, OutboxRow, PlanTask, Role, Stage
from tests.desk.case_desk import MAIN, SUB, Desk

DUE = date(2026, 12, 10)


async def plans(desk: Desk, number: str, title: str, **values: object) -> PlanTask:
    given = {"owner": MAIN, "due_on": DUE, "milestone": False, "by": MAIN} | values
    return await desk.does(plan.add, number, title=title, **given)


async def changes(desk: Desk, number: str, task: PlanTask, **values: object) -> None:
    known = next(one for one in (await desk.sees(number)).work.tasks if one.id == task.id)
    given = {
        "title": known.title, "owner": known.owner, "due_on": known.due_on, "milestone": known.milestone,
        "state": plan.state_of(known), "by": MAIN,
    } | values  # fmt: skip
    await desk.does(plan.change, number, task.id, **given)


async def written(desk: Desk, number: str) -> str:
    return next((line.text for line in (await desk.sees(number)).evidence if line.key == "plan"), "")


async def told(desk: Desk) -> int:
    """How many messages with milestones wait for the citizen or went out."""
    return (await desk.told_citizen()).count("plan")


async def sent(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        for row in (await session.exec(select(OutboxRow))).all():
            row.status = "done"


async def test_the_tasks_are_the_evidence(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)
    await plans(desk, number, "ちらしを配る", owner="商店会の林さん", due_on=DUE + timedelta(days=1))
    first = await plans(desk, number, "会場を決める", owner="")
    assert await written(desk, number) == "・12月10日(木)　会場を決める\n・12月11日(金)　ちらしを配る　商店会の林さん"

    await changes(desk, number, first, state="dropped")
    assert await written(desk, number) == "・12月11日(金)　ちらしを配る　商店会の林さん"

    for task in (await desk.sees(number)).work.tasks:
        await changes(desk, number, task, state="dropped")
    assert await written(desk, number) == ""
    assert "plan" in {need.key for need in (await desk.sees(number)).lacking}


async def test_every_change_is_in_the_history_with_before_and_after(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)
    task = await plans(desk, number, "会場を決める")

    await changes(desk, number, task, due_on=DUE + timedelta(days=7), owner="林さん")
    await desk.does(plan.done, number, task.id, by=SUB)
    await desk.does(plan.done, number, task.id, by=MAIN)  # twice is once

    moved, done = (await desk.sees(number)).history[-2:]
    assert (moved.before["due_on"], moved.after["due_on"]) == ("2026-12-10", "2026-12-17")
    assert moved.words == (MAIN, "林さん")
    assert (done.by, done.before["state"], done.after["state"]) == (SUB, "open", "done")


async def test_a_milestone_is_shown_to_the_citizen_when_it_comes_moves_and_is_done(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)
    inside = await plans(desk, number, "見積もりをとる")
    await desk.does(plan.done, number, inside.id, by=MAIN)
    assert await told(desk) == 0

    task = await plans(desk, number, "はじめての食堂", milestone=True)
    assert await told(desk) == 1
    await sent(desk)
    await changes(desk, number, task, owner="林さん", title="一回目の食堂")  # nothing of the citizen's
    assert await told(desk) == 1
    await changes(desk, number, task, due_on=DUE + timedelta(days=7))
    assert await told(desk) == 2
    await sent(desk)
    await desk.does(plan.done, number, task.id, by=MAIN)
    assert await told(desk) == 3


async def test_several_milestones_written_one_after_the_other_are_one_message(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)

    for title in ("会場を決める", "ちらしを配る", "はじめての食堂"):
        await plans(desk, number, title, milestone=True)

    (row,) = await desk.sent("line", "plan")
    assert row.next_at == desk.now + plan.SETTLES
    assert "title" not in row.payload  # drawn when it is sent, so that an erasure leaves nothing


async def test_who_cannot_be_reached_or_wants_no_news_is_sent_none(desk: Desk) -> None:
    by_phone = await desk.case(stage=Stage.REALISATION, line=False)
    await plans(desk, by_phone, "会場を決める", milestone=True)
    quiet = await desk.case(stage=Stage.REALISATION)
    async with desk.database.transaction() as session:
        for citizen in (await session.exec(select(Citizen))).all():
            citizen.notices = False
    await plans(desk, quiet, "会場を決める", milestone=True)

    assert await told(desk) == 0


async def test_a_task_has_words_and_a_day_to_come(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)

    with pytest.raises(Refused, match="過ぎた日"):
        await plans(desk, number, "会場を決める", due_on=desk.now.date() - timedelta(days=1))
    with pytest.raises(Refused, match="名前がありません"):
        await plans(desk, number, "　")

    task = await plans(desk, number, "会場を決める", due_on=desk.now.date())
    desk.now += timedelta(days=3)
    await changes(desk, number, task, state="done")  # late, but done: its day may stay
    assert (await desk.sees(number)).work.tasks[0].done_at == desk.now


async def test_what_was_changed_meanwhile_is_not_written_over(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)
    task = await plans(desk, number, "会場を決める")
    seen = mark((await desk.sees(number)).work.tasks[0])
    await desk.does(plan.done, number, task.id, by=SUB)

    with pytest.raises(Refused, match=f"<@{SUB}>"):
        await changes(desk, number, task, title="会場をさがす", seen=seen)


async def test_the_next_milestone_is_the_earliest_that_is_open(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)
    for days, title in enumerate(("一つめ", "二つめ", "三つめ")):
        await plans(desk, number, title, milestone=True, due_on=DUE + timedelta(days=days))
    first, second, _ = (await desk.sees(number)).work.tasks
    await desk.does(plan.done, number, first.id, by=MAIN)
    await changes(desk, number, second, state="dropped")

    tasks = (await desk.sees(number)).work.tasks

    assert [task.title for task in plan.milestones(tasks)] == ["一つめ", "三つめ"]
    found = plan.next_milestone(tasks)
    assert found is not None
    assert (found.title, plan.due(found)) == ("三つめ", "12月12日(土)")


async def test_a_plan_as_json(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)
    await plans(desk, number, "会場を決める", milestone=True)

    (task,) = as_json(await desk.sees(number))["work"]["tasks"]

    assert (task["title"], task["due_on"], task["owner"], task["milestone"]) == (
        "会場を決める", "2026-12-10", MAIN, True,
    )  # fmt: skip


async def test_a_member_of_staff_hears_that_a_task_is_theirs(desk: Desk) -> None:
    await desk.hires(**{MAIN: Role.COORDINATOR, SUB: Role.COORDINATOR})
    number = await desk.case(stage=Stage.REALISATION)
    task = await plans(desk, number, "会場を決める", owner=MAIN)  # who writes it knows
    await changes(desk, number, task, owner=SUB)
    await changes(desk, number, task, owner=SUB, title="会場をさがす")
    await changes(desk, number, task, owner="林さん")

    told = [row.payload for row in await desk.sent("slack", "direct") if row.payload["say"] == "task_yours"]

    assert [(one["to"], one["due"]) for one in told] == [(SUB, "12月10日(木)")]
    assert "会場" not in str(told)


async def test_a_long_plan_fits_into_the_field_that_shows_it(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION)
    for n in range(20):
        await plans(desk, number, f"{n}" + "あ" * 198)

    text = await written(desk, number)

    assert len(text) <= 3000
    assert text.endswith("\nほか 7 件")
