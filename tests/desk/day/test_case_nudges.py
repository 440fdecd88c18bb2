"""What people say to a reminder: seen to, later, not for this case; and the plan of a case."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.desk.consultation import staffing
from bot.desk.consultation.intake import received
from bot.desk.day import arrangements, nudges
from bot.desk.record.refusals import WrongFields
from bot.errors import Refused
from storage.db import Database
from storage.models import Meeting, MeetingKind, MeetingState, Nudge, Stage
from tests.desk.case_desk import CITY, MAIN, SUB
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


@pytest.fixture
async def small(sqlite: Database) -> Centre:
    made = Centre(sqlite)
    await made.staffed()
    return made


async def a_hearing_soon(centre: Centre, rule: str) -> tuple[str, Nudge, Nudge]:
    """A hearing on Friday the 27th at two, the reminder of this rule, and the one of a case that stands still."""
    number = await centre.case(stage=Stage.HEARING)
    await centre.adds(Meeting(case_id=(await centre.the_case(number)).id or 0, kind=MeetingKind.HEARING, by=MAIN,
                              state=MeetingState.FIXED, at=centre.now, fixed_at=centre.now,
                              starts_at=jst("2026-11-27T14:00")))  # fmt: skip
    await centre.ticker.tick()
    (row,), (still,) = await centre.nudges(rule), await centre.nudges("still_hearing")
    return number, row, still


async def another(centre: Centre) -> str:
    """A second case in ②, of somebody else."""
    number = await centre.opens(await centre.proposal(await centre.citizen("Ubob")))
    await centre.does(received.claim, number, by=MAIN)
    await centre.does(staffing.join, number, by=SUB)
    return number


async def rules_of(centre: Centre, number: str) -> list[str]:
    async with centre.database.reading() as session:
        return [one.nudge.rule for one in (await nudges.coming(session, number, centre.now)).waiting]


async def test_what_was_seen_to_is_said_again_only_when_the_case_lies_still_anew(centre: Centre) -> None:
    number, row = await a_still_case(centre)
    await centre.does(arrangements.done, row.id, by=MAIN)
    await centre.does(arrangements.done, row.id, by=SUB)

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
    await centre.does(arrangements.later, row.id, when, by=MAIN)

    await centre.until(jst(at) - timedelta(minutes=1))
    assert (await centre.said())["still_hearing"] == 1
    await centre.until(at)

    assert (await centre.said())["still_hearing"] == 2
    assert len(await centre.direct(MAIN)) > before


async def test_later_on_the_last_day_of_the_year_waits_for_the_centre_to_open(centre: Centre) -> None:
    assert arrangements.later_at("tomorrow", jst("2026-12-28T15:00")) == jst("2027-01-04T09:00")


async def test_later_waits_for_the_ward_s_desk_to_open(small: Centre, rests: Callable[[str, str], None]) -> None:
    rests("鶴見区", "2026-12-03")
    _, row = await a_still_case(small)

    waits = await small.does(arrangements.later, row.id, "tomorrow", by=MAIN)

    assert waits.due_at == jst("2026-12-04T09:00")


async def test_a_rule_that_is_not_wanted_for_a_case_is_silent_for_it_alone(centre: Centre) -> None:
    number, row = await a_still_case(centre)
    other = await another(centre)
    await centre.posted()
    await centre.does(arrangements.mute, row.id, by=MAIN)

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

    await centre.does(arrangements.arrange, number, stop=["still_hearing"], by=MAIN)
    await centre.ticker.tick()
    assert "still_hearing" not in await rules_of(centre, number)
    await centre.does(arrangements.arrange, number, resume=["still_hearing"], by=MAIN)
    await centre.until("2026-12-02T09:00")

    assert (await centre.said())["still_hearing"] == 1


@pytest.mark.parametrize(
    ("to", "comes"),
    [
        ("2026-12-20T13:30", "2026-12-20T13:30"),
        ("2026-12-19T22:00", "2026-12-20T09:00"),  # the centre is closed
        ("2026-12-29T10:00", "2027-01-04T09:00"),
    ],
)
async def test_a_reminder_is_moved_to_another_time(centre: Centre, to: str, comes: str) -> None:
    number = await centre.case(stage=Stage.HEARING)
    await centre.ticker.tick()
    (row,) = await centre.nudges("still_hearing")

    assert await centre.does(arrangements.arrange, number, move={row.id or 0: jst(to)}, by=MAIN) == 1
    assert [one.due_at for one in await centre.nudges("still_hearing")] == [jst(comes)]
    await centre.until(jst(comes) - timedelta(minutes=1))
    assert (await centre.said())["still_hearing"] == 0
    await centre.until(comes)

    assert (await centre.said())["still_hearing"] == 1


@pytest.mark.parametrize(
    ("rule", "to", "why"),
    [
        ("still_hearing", "2026-11-24T09:00", "もう過ぎた時刻"),
        ("hearing_day_before", "2026-11-26T21:00", "21:00〜8:00 は、相談者に"),
        ("hearing_day_before", "2026-11-27T07:59", "21:00〜8:00 は、相談者に"),
        ("hearing_day_before", "2026-11-27T14:00", "（11月27日(金) 14:00）より後"),
        ("hearing_two_hours", "2026-12-01T10:00", "（11月27日(金) 14:00）より後"),
    ],
)
async def test_a_time_that_can_not_be_is_refused_with_its_reason(small: Centre, rule: str, to: str, why: str) -> None:
    number, row, still = await a_hearing_soon(small, rule)

    moved = {still.id or 0: jst("2026-12-20T10:00"), row.id or 0: jst(to)}
    with pytest.raises(WrongFields) as refused:
        await small.does(arrangements.arrange, number, stop=["still_lead"], move=moved, by=LEAD)

    ((field, said),) = refused.value.faults.items()
    assert field == str(row.id)
    assert why in said
    was = {row.id: row.due_at, still.id: still.due_at}
    assert {one.id: one.due_at for one in await small.nudges() if one.id in was} == was
    assert "still_lead" in await rules_of(small, number)  # nothing of it was kept


async def test_a_hearing_s_reminder_moved_within_the_day_is_said_then(small: Centre) -> None:
    number, row, _ = await a_hearing_soon(small, "hearing_day_before")

    await small.does(arrangements.arrange, number, move={row.id or 0: jst("2026-11-27T08:00")}, by=MAIN)
    await small.until("2026-11-27T07:59")
    assert (await small.said())["hearing_day_before"] == 0
    await small.until("2026-11-27T08:00")

    assert (await small.said())["hearing_day_before"] == 1


async def test_who_stopped_notices_is_planned_nothing_on_line(small: Centre) -> None:
    number, _, _ = await a_hearing_soon(small, "hearing_day_before")
    await small.change(await small.the_citizen(number), notices=False)

    async with small.database.reading() as session:
        coming = await nudges.coming(session, number, small.now)

    assert not coming.on_line
    assert {one.nudge.door for one in coming.waiting} == {"slack"}


async def test_what_is_stopped_before_it_left_is_not_sent(centre: Centre) -> None:
    number, row = await a_still_case(centre)
    assert [one.status for one in await centre.direct(MAIN) if row.id in one.payload["nudges"]] == ["new"]

    await centre.does(arrangements.arrange, number, stop=["still_hearing"], by=MAIN)
    await centre.ticker.tick()

    assert not [one for one in await centre.direct(MAIN) if row.id in one.payload["nudges"]]


async def test_who_may_not_change_a_rule_is_told_who_may(centre: Centre) -> None:
    number = await centre.case()
    with pytest.raises(Refused, match="リーダー"):
        await centre.does(arrangements.arrange, number, stop=["unclaimed"], by=MAIN)

    assert await centre.does(arrangements.arrange, number, stop=["unclaimed"], by=LEAD) == 1
    await centre.passes(hours=3)

    assert (await centre.said())["unclaimed"] == 0


async def test_strangers_reminders_of_other_cases_and_past_days_are_refused(centre: Centre) -> None:
    number, row = await a_still_case(centre)
    other = await another(centre)
    waits = await centre.does(arrangements.later, row.id, "week", by=CITY)
    with pytest.raises(Refused, match="登録されているスタッフ"):
        await centre.does(arrangements.done, row.id, by="USTRANGER")
    with pytest.raises(Refused, match="予定にありません"):
        await centre.does(arrangements.arrange, other, move={waits.id or 0: jst("2026-12-20T10:00")}, by=MAIN)
    with pytest.raises(WrongFields, match="もう過ぎた時刻"):
        await centre.does(arrangements.arrange, number, move={waits.id or 0: jst("2026-11-01T10:00")}, by=MAIN)
    with pytest.raises(Refused, match="予定にありません"):
        await centre.does(arrangements.done, 999_999, by=MAIN)


async def test_putting_it_off_is_no_movement(centre: Centre) -> None:
    _, row = await a_still_case(centre)
    await centre.does(arrangements.later, row.id, "week", by=MAIN)
    await centre.ticker.tick()

    (waits,) = await centre.nudges("still_hearing", "new")

    assert waits.due_at == jst("2026-12-09T09:00")


async def test_one_that_is_left_out_or_said_now_stands_in_the_history(centre: Centre) -> None:
    number, _, still = await a_hearing_soon(centre, "hearing_day_before")
    (other,) = await centre.nudges("hearing_day_before")

    await centre.does(arrangements.skip, still.id, by="system")
    await centre.does(arrangements.send_now, other.id, by="system")

    (row,), (said,) = await centre.nudges("still_hearing"), await centre.nudges("hearing_day_before")
    assert (row.status, row.reason, row.done_at) == ("cancelled", arrangements.SKIPPED, centre.now)
    assert said.due_at == said.moved_to == centre.now
    lines = [(line.by, line.after) for line in (await centre.sees(number)).history if line.action == "nudge_set"]
    assert lines == [
        ("system", {"rule": "still_hearing", "skipped": True}),
        ("system", {"rule": "hearing_day_before", "until": centre.now.isoformat()}),
    ]
    with pytest.raises(Refused, match="もう予定にありません"):
        await centre.does(arrangements.skip, still.id, by="system")
