"""What people say to a reminder: seen to, later, not for this case; and the plan of a case."""

from datetime import timedelta

import pytest

from bot.cases import nudges, received, team
from bot.errors import Refused
from storage.db import Database
from storage.models import Nudge, Stage
from tests.cases.case_desk import CITY, MAIN, SUB
from tests.nudges.centre import LEAD, Centre, jst


@pytest.fixture
async def centre(database: Database) -> Centre:
    made = Centre(database)
    await made.staffed()
    return made


async def a_still_case(centre: Centre) -> tuple[str, Nudge]:
    """A hearing that stands still, and the reminder of it."""
    number = await centre.case(stage=Stage.HEARING)
    await centre.until("2026-12-02T09:00")
    (row,) = await centre.nudges("still_hearing", "done")
    return number, row


async def another(centre: Centre) -> str:
    """A second case in ②, of somebody else."""
    number = await centre.opens(await centre.proposal(await centre.citizen("Ubob")))
    await centre.does(received.claim, number, by=MAIN)
    await centre.does(team.join, number, by=SUB)
    return number


async def rules_of(centre: Centre, number: str) -> list[str]:
    async with centre.database.reading() as session:
        return [one.nudge.rule for one in (await nudges.coming(session, number, centre.now)).waiting]


async def test_what_was_seen_to_is_said_again_only_when_the_case_lies_still_anew(centre: Centre) -> None:
    number, row = await a_still_case(centre)
    await centre.does(nudges.done, row.id, by=MAIN)
    await centre.does(nudges.done, row.id, by=SUB)

    await centre.until("2026-12-09T08:00")
    assert (await centre.said())["still_hearing"] == 1
    assert [line.by for line in (await centre.sees(number)).history if line.action == "nudge_done"] == [MAIN]
    await centre.until("2026-12-11T10:00")

    assert (await centre.said())["still_hearing"] == 2


@pytest.mark.parametrize(
    ("when", "at"),
    [("1h", "2026-12-02T10:00"), ("tomorrow", "2026-12-03T09:00"), ("week", "2026-12-09T09:00")],
)
async def test_later_says_it_again_then(centre: Centre, when: str, at: str) -> None:
    _, row = await a_still_case(centre)
    before = len(await centre.direct(MAIN))
    await centre.does(nudges.later, row.id, when, by=MAIN)

    await centre.until(jst(at) - timedelta(minutes=1))
    assert (await centre.said())["still_hearing"] == 1
    await centre.until(at)

    assert (await centre.said())["still_hearing"] == 2
    assert len(await centre.direct(MAIN)) > before


async def test_later_on_the_last_day_of_the_year_waits_for_the_centre_to_open(centre: Centre) -> None:
    assert nudges.later_at("tomorrow", jst("2026-12-28T15:00")) == jst("2027-01-04T09:00")


async def test_a_rule_that_is_not_wanted_for_a_case_is_silent_for_it_alone(centre: Centre) -> None:
    number, row = await a_still_case(centre)
    other = await another(centre)
    await centre.does(nudges.mute, row.id, by=MAIN)

    await centre.until("2027-01-20T12:00")

    said = [one for one in await centre.nudges("still_hearing", "done") if one.case_id]
    mine, theirs = (await centre.the_case(number)).id, (await centre.the_case(other)).id
    assert len([one for one in said if one.case_id == mine]) == 1
    assert len([one for one in said if one.case_id == theirs]) > 1
    assert "still_hearing" not in await rules_of(centre, number)


async def test_a_stopped_rule_can_be_taken_up_again(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING)
    await centre.ticker.tick()
    assert "still_hearing" in await rules_of(centre, number)

    await centre.does(nudges.arrange, number, stop=["still_hearing"], by=MAIN)
    await centre.ticker.tick()
    assert "still_hearing" not in await rules_of(centre, number)
    await centre.does(nudges.arrange, number, resume=["still_hearing"], by=MAIN)
    await centre.until("2026-12-02T09:00")

    assert (await centre.said())["still_hearing"] == 1


async def test_a_reminder_is_moved_to_another_day(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING)
    await centre.ticker.tick()
    (row,) = await centre.nudges("still_hearing")

    assert await centre.does(nudges.arrange, number, move={row.id or 0: "2026-12-20"}, by=MAIN) == 1
    await centre.until("2026-12-19T12:00")
    assert (await centre.said())["still_hearing"] == 0
    await centre.until("2026-12-20T12:00")

    assert (await centre.said())["still_hearing"] == 1


async def test_who_may_not_change_a_rule_is_told_who_may(centre: Centre) -> None:
    number = await centre.case()
    with pytest.raises(Refused, match="リーダー"):
        await centre.does(nudges.arrange, number, stop=["unclaimed"], by=MAIN)

    assert await centre.does(nudges.arrange, number, stop=["unclaimed"], by=LEAD) == 1
    await centre.passes(hours=3)

    assert (await centre.said())["unclaimed"] == 0


async def test_strangers_reminders_of_other_cases_and_past_days_are_refused(centre: Centre) -> None:
    number, row = await a_still_case(centre)
    other = await another(centre)
    waits = await centre.does(nudges.later, row.id, "week", by=CITY)
    with pytest.raises(Refused, match="登録されているスタッフ"):
        await centre.does(nudges.done, row.id, by="USTRANGER")
    with pytest.raises(Refused, match="予定にありません"):
        await centre.does(nudges.arrange, other, move={waits.id or 0: "2026-12-20"}, by=MAIN)
    with pytest.raises(Refused, match="過ぎた日"):
        await centre.does(nudges.arrange, number, move={waits.id or 0: "2026-11-01"}, by=MAIN)
    with pytest.raises(Refused, match="予定にありません"):
        await centre.does(nudges.done, 999_999, by=MAIN)


async def test_putting_it_off_is_no_movement(centre: Centre) -> None:
    _, row = await a_still_case(centre)
    await centre.does(nudges.later, row.id, "week", by=MAIN)
    await centre.ticker.tick()

    (waits,) = await centre.nudges("still_hearing", "new")

    assert waits.due_at == jst("2026-12-09T09:00")
