"""Every rule of the table: said when it should be, to whom it should be, and not once its reason has gone."""

from collections import Counter as Counts
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.delivery import quota
from bot.desk.consultation import staffing
from bot.desk.consultation.follow_up import follow_up
from bot.desk.consultation.follow_up.check_ins import answer
from bot.desk.consultation.intake import received
from bot.desk.day import arrangements
from bot.desk.talk import talk
from bot.desk.team import team
from bot.line.drawing import draw
from bot.nudges.facts import OF_CASE, OF_NONE
from bot.slack.drawing.nudges import why
from bot.slack.words.nudges import OVER, SINCE, TO
from bot.tables.calendars import CALENDARS, CENTRE
from bot.tables.reminders import FACTS, rules
from bot.when import TOKYO
from storage.db import Database
from storage.models import (
    CheckIn,
    Delivery,
    HowItGoes,
    Hypothesis,
    Meeting,
    MeetingKind,
    MeetingState,
    Nudge,
    PastCase,
    PlanTask,
    Staff,
    Stage,
    Stakeholder,
    StakeholderState,
)
from tests.desk.case_desk import CITY, MAIN, SUB
from tests.nudges.centre import LEAD, Centre, jst

Act = Callable[[Centre, str], Awaitable[None]]


async def nothing(centre: Centre, number: str) -> None:
    pass


async def claimed(centre: Centre, number: str) -> None:
    await centre.does(received.claim, number, by=MAIN)


async def a_hearing(centre: Centre, number: str) -> None:
    """On Friday the 27th at two, agreed on Tuesday the 24th."""
    await _adds(centre, number, Meeting, kind=MeetingKind.HEARING, state=MeetingState.FIXED, place="協働ラボ", by=MAIN,
                at=centre.now, fixed_at=centre.now, starts_at=jst("2026-11-27T14:00"))  # fmt: skip


async def a_hypothesis(centre: Centre, number: str) -> None:
    await _adds(centre, number, Hypothesis, version=1, text="案", by=MAIN, at=centre.now)


async def a_task(centre: Centre, number: str) -> None:
    await _adds(centre, number, PlanTask, title="会場を決める", owner=SUB, due_on=date(2026, 12, 1), milestone=True,
                by=MAIN, at=centre.now)  # fmt: skip


async def a_check_in(centre: Centre, number: str) -> None:
    """The first one, asked on the first open day after a month, or tomorrow here."""
    case = await centre.the_case(number)
    async with centre.database.transaction() as session:
        for row in await follow_up.planned(session, case):
            row.dropped_at = None if row.months == 1 else centre.now
            row.due_at = jst("2026-11-25T10:00")
            session.add(row)


async def trouble(centre: Centre, number: str) -> None:
    await a_check_in(centre, number)
    await centre.until("2026-11-25T10:00")
    row, citizen = await _check_in(centre, number), await centre.the_citizen(number)
    await centre.does(answer, citizen, row.id, HowItGoes.TROUBLE, key="k1")


async def asked(centre: Centre, number: str) -> None:
    await centre.does(talk.reply, number, "場所は決まっていますか", by=MAIN)


async def a_stakeholder(centre: Centre, number: str) -> None:
    await _adds(centre, number, Stakeholder, name="みなと銀行", state=StakeholderState.ASKED, by=MAIN, at=centre.now,
                asked_at=centre.now)  # fmt: skip


async def replied(centre: Centre, number: str) -> None:
    centre.now += timedelta(minutes=1)
    await centre.does(talk.reply, number, "お返事です", by=MAIN)


async def joined(centre: Centre, number: str) -> None:
    await centre.does(staffing.join, number, by=SUB)


async def wrote(centre: Centre, number: str) -> None:
    await centre.does(talk.citizen_wrote, await centre.the_case(number), ["はい"], key="w1")


async def held(centre: Centre, number: str) -> None:
    await _sets(centre, number, "meetings", state=MeetingState.HELD, minutes="聞きました")


async def worded(centre: Centre, number: str) -> None:
    await _sets(centre, number, "hypotheses", answered_at=centre.now, answer="agree")


async def task_done(centre: Centre, number: str) -> None:
    await _sets(centre, number, "tasks", done_at=centre.now)


async def dropped(centre: Centre, number: str) -> None:
    await _sets(centre, number, "check_ins", dropped_at=centre.now)


async def answered(centre: Centre, number: str) -> None:
    await _sets(centre, number, "check_ins", answered_at=centre.now, answer=HowItGoes.FINE)


async def willing(centre: Centre, number: str) -> None:
    await _sets(centre, number, "stakeholders", state=StakeholderState.WILLING)


async def _adds(centre: Centre, number: str, table: type[Any], **values: Any) -> None:
    await centre.adds(table(case_id=(await centre.the_case(number)).id, **values))


async def _sets(centre: Centre, number: str, rows: str, **values: Any) -> None:
    for row in getattr((await centre.sees(number)).work, rows):
        await centre.change(row, **values)


async def _check_in(centre: Centre, number: str) -> CheckIn:
    return next(row for row in (await centre.sees(number)).work.check_ins if row.dropped_at is None)


@dataclass
class Story:
    rule: str
    stage: Stage
    begins: Act  # on Tuesday the 24th at ten
    at: str  # when it is said first
    to: tuple[str, ...]  # Slack ids, "citizen", "channel"
    ends: Act  # what makes it void
    times: int = 1  # while nothing happens


STORIES = [
    Story("unclaimed", Stage.RECEIVED, nothing, "2026-11-24T12:00", ("channel",), claimed),
    Story("unclaimed_lead", Stage.RECEIVED, nothing, "2026-11-24T14:00", (LEAD,), claimed, 20),
    Story("promise_near", Stage.RECEIVED, claimed, "2026-11-27T12:00", (MAIN,), replied),
    Story("promise_past", Stage.RECEIVED, claimed, "2026-11-28T09:00", (MAIN, LEAD), replied, 3),
    Story("sub_missing", Stage.RECEIVED, claimed, "2026-11-24T14:00", (MAIN, LEAD), joined, 3),
    Story("still_hearing", Stage.HEARING, nothing, "2026-12-02T09:00", (MAIN,), wrote, 4),
    Story("still_direction", Stage.DIRECTION, nothing, "2026-12-05T09:00", (MAIN,), wrote, 4),
    Story("still_realisation", Stage.REALISATION, nothing, "2026-12-09T09:00", (MAIN,), wrote, 4),
    Story("still_follow_up", Stage.FOLLOW_UP, dropped, "2026-12-15T09:00", (MAIN,), wrote, 4),
    Story("still_lead", Stage.HEARING, nothing, "2026-12-23T09:00", (LEAD,), wrote, 6),
    Story("hearing_day_before", Stage.HEARING, a_hearing, "2026-11-26T14:00", ("citizen",), held),
    Story("hearing_two_hours", Stage.HEARING, a_hearing, "2026-11-27T12:00", ("citizen",), held),
    Story("notes_missing", Stage.HEARING, a_hearing, "2026-11-29T09:00", (MAIN,), held, 3),
    Story("hypothesis_waiting", Stage.DIRECTION, a_hypothesis, "2026-11-29T10:00", ("citizen",), worded),
    Story("hypothesis_silent", Stage.DIRECTION, a_hypothesis, "2026-12-06T10:00", (MAIN,), worded),
    Story("milestone_near", Stage.REALISATION, a_task, "2026-11-28T09:00", ("citizen",), task_done),
    Story("task_due", Stage.REALISATION, a_task, "2026-12-01T09:00", (SUB,), task_done),
    Story("task_overdue", Stage.REALISATION, a_task, "2026-12-04T09:00", (SUB, MAIN), task_done, 3),
    Story("check_in", Stage.FOLLOW_UP, a_check_in, "2026-11-25T10:00", ("citizen",), dropped),
    Story("check_in_again", Stage.FOLLOW_UP, a_check_in, "2026-12-09T10:00", ("citizen",), answered),
    Story("check_in_silent", Stage.FOLLOW_UP, a_check_in, "2026-12-16T10:00", (MAIN,), answered),
    Story("trouble", Stage.FOLLOW_UP, trouble, "2026-11-25T10:00", (MAIN, SUB, CITY), replied, 3),
    Story("citizen_silent", Stage.HEARING, asked, "2026-12-04T10:00", (MAIN,), wrote),
    Story("stakeholder_silent", Stage.REALISATION, a_stakeholder, "2026-12-01T10:00", (MAIN,), willing, 2),
]  # fmt: skip
OTHERS = {"unfinished_hearing", "knowledge_old", "digest"}  # of no case: told elsewhere


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.rule)
async def test_a_rule_is_said_in_its_time_and_as_often_as_the_table_says(small: Centre, story: Story) -> None:
    number = await small.case(stage=story.stage)
    await story.begins(small, number)
    at = jst(story.at)
    if small.now < at:
        await small.until(at - timedelta(minutes=1))
        assert (await small.said())[story.rule] == 0

    await small.until(at)
    assert (await small.said())[story.rule] == 1
    assert await whom(small, story.rule) == set(story.to)
    if story.times > 1 or story.rule == "unclaimed":
        await small.until(at + timedelta(days=150))
        assert (await small.said())[story.rule] == story.times


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.rule)
async def test_a_rule_whose_reason_has_gone_is_not_said(small: Centre, story: Story) -> None:
    number = await small.case(stage=story.stage)
    await story.begins(small, number)
    if small.now < jst(story.at):
        await small.until(jst(story.at) - timedelta(minutes=30))

    await story.ends(small, number)
    end = rules()[story.rule]
    await small.until(max(jst(story.at), small.now) + timedelta(hours=2))

    assert (await small.said())[story.rule] == 0, end.void


def test_every_rule_has_its_story() -> None:
    assert {story.rule for story in STORIES} | OTHERS == set(rules())


async def whom(centre: Centre, rule: str) -> set[str]:
    """Who was told, by what stands in the outbox."""
    (row,) = [one for one in await centre.nudges(rule) if one.status == "done"]
    found: set[str] = set()
    for message in [*await centre.sent("slack"), *await centre.sent("line")]:
        if row.id in message.payload.get("nudges", []):
            found.add(str(message.payload.get("to") or ("channel" if message.dest == "slack" else "citizen")))
    return found


async def test_a_hearing_that_is_moved_takes_its_reminders_along(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING)
    await a_hearing(centre, number)
    await centre.until("2026-11-26T10:00")

    await _sets(centre, number, "meetings", starts_at=jst("2026-12-03T14:00"), fixed_at=centre.now)
    await centre.until("2026-12-02T13:00")
    assert (await centre.said())["hearing_day_before"] == 0
    await centre.until("2026-12-03T13:00")

    assert (await centre.said())["hearing_day_before"] == 1
    assert (await centre.said())["hearing_two_hours"] == 1


async def test_a_hearing_moved_after_its_reminder_is_recalled_anew(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING)
    await a_hearing(centre, number)
    await centre.until("2026-11-26T15:00")
    await _sets(centre, number, "meetings", starts_at=jst("2026-12-03T14:00"), fixed_at=centre.now)

    await centre.until("2026-12-02T15:00")

    assert (await centre.said())["hearing_day_before"] == 2


@pytest.mark.parametrize("tried", [False, True])
async def test_what_could_not_leave_for_days_is_not_said_once_its_reason_has_ended(small: Centre, tried: bool) -> None:
    number = await small.case(stage=Stage.REALISATION)
    await a_task(small, number)
    await small.until("2026-12-01T09:00")  # and Slack takes nothing
    for row in await small.direct(SUB) if tried else ():
        await small.change(row, first_try_at=small.now, attempts=1)
    (told,) = await small.nudges("task_due", Delivery.DONE)

    await small.until("2026-12-03T09:00")
    await task_done(small, number)
    await small.until("2026-12-03T10:00")

    waiting = [row for row in await small.direct(SUB) if row.status == Delivery.NEW]
    assert told.id not in [id_ for row in waiting for id_ in row.payload["nudges"]]
    assert [row.reason for row in await small.nudges("task_due")] == ["gone"]


async def test_a_hearing_agreed_on_the_day_before_needs_no_reminder_of_the_day_before(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING)
    centre.now = jst("2026-11-26T18:00")
    await a_hearing(centre, number)

    await centre.until("2026-11-27T13:00")

    said = await centre.said()
    assert (said["hearing_day_before"], said["hearing_two_hours"]) == (0, 1)


async def test_downtime_over_a_hearing_does_not_recall_what_is_past(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING)
    await a_hearing(centre, number)
    await centre.ticker.tick()

    await centre.sleeps_until("2026-11-27T14:30")

    assert not await centre.messages("line", "reminders")
    assert {row.reason for row in await centre.nudges() if row.rule.startswith("hearing")} == {"past"}


async def test_who_has_no_line_is_phoned(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING, line=False)
    await a_hearing(centre, number)
    await centre.until("2026-11-26T14:00")

    (row,) = await centre.nudges("hearing_day_before")

    assert (row.status, row.to, row.door) == ("done", "acting", "slack")
    assert await whom(centre, "hearing_day_before") == {MAIN}
    assert not await centre.messages("line", "reminders")


async def test_a_check_in_of_a_caller_becomes_a_task(centre: Centre) -> None:
    number = await centre.case(stage=Stage.FOLLOW_UP, line=False)
    await a_check_in(centre, number)
    await centre.until("2026-11-25T10:00")

    assert await whom(centre, "check_in") == {MAIN}


async def test_all_that_is_due_for_a_citizen_at_one_time_is_one_push_of_whatever_case(centre: Centre) -> None:
    alice = await centre.citizen()
    numbers = [await centre.case(stage=Stage.FOLLOW_UP, citizen=alice) for _ in range(2)]
    for number in numbers:
        await a_check_in(centre, number)  # on the 25th at ten
    await a_task(centre, numbers[0])
    await centre.change((await centre.sees(numbers[0])).work.tasks[0], due_on=date(2026, 11, 28))
    (near,) = [row for row in await _planned(centre) if row.rule == "milestone_near"]
    await centre.change(near, due_at=jst("2026-11-25T10:00"), moved_to=jst("2026-11-25T10:00"))

    await centre.until("2026-11-25T10:00")
    await centre.passes(minutes=5)

    (push,) = [row for row in await centre.sent("line") if row.created_at == jst("2026-11-25T10:00")]
    said = {row.id: row.rule for row in await centre.nudges(status=Delivery.DONE)}
    assert Counts(said[id_] for id_ in push.payload["nudges"]) == {"check_in": 2, "milestone_near": 1}
    assert push.status == Delivery.NEW
    async with centre.database.reading() as session:
        assert len(await draw(session, push, now=jst("2026-11-25T10:00:05"))) == 2


async def test_a_check_in_that_waits_for_a_new_month_is_answered_meanwhile_and_not_asked(small: Centre) -> None:
    number = await small.case(stage=Stage.FOLLOW_UP)
    await a_check_in(small, number)
    async with small.database.transaction() as session:
        await quota.note(session, 100, 95, small.now)
    await small.until("2026-11-25T10:00")
    (push,) = await small.messages("line", "reminders")
    assert (push.next_at, push.payload["rank"]) == (quota.FAR, "check_in")

    async with small.database.reading() as session:
        assert await draw(session, push, now=small.now)
    await answered(small, number)
    async with small.database.reading() as session:
        assert not await draw(session, push, now=small.now)


async def _planned(centre: Centre) -> list[Nudge]:
    await centre.ticker.tick()
    return await centre.nudges(status=Delivery.NEW)


async def test_a_repeated_rule_comes_back_when_the_case_lies_still_again(small: Centre) -> None:
    number = await small.case(stage=Stage.HEARING)
    await small.until("2026-12-02T09:00")
    await wrote(small, number)
    assert (await small.said())["still_hearing"] == 1

    await small.until("2026-12-20T10:00")

    assert (await small.said())["still_hearing"] >= 2


async def test_old_knowledge_is_recalled_once_a_month_for_all_of_it(small: Centre) -> None:
    await small.adds(
        *(PastCase(id=f"c{n}", title="事例", updated_at=small.now - timedelta(days=150 + n)) for n in range(50))
    )
    await small.until("2026-12-02T12:00")
    assert (await small.said())["knowledge_old"] == 1

    await small.until("2027-02-20T12:00")

    assert (await small.said())["knowledge_old"] == 3


async def test_the_morning_has_one_message_for_who_has_something_and_none_for_others(database: Database) -> None:
    centre = await a_morning(database)
    number = await centre.case(stage=Stage.HEARING)
    await a_hearing(centre, number)
    await centre.until("2026-11-27T09:00")

    today = [row for row in await centre.messages("slack", "direct") if row.payload.get("agenda") == "2026-11-27"]

    assert {row.payload["to"] for row in today} == {MAIN, SUB, CITY}


async def test_on_a_saturday_the_city_s_staff_are_left_alone(small: Centre) -> None:
    centre = await a_morning(small.database)
    number = await centre.case(stage=Stage.HEARING)
    await _adds(centre, number, Meeting, kind=MeetingKind.HEARING, state=MeetingState.FIXED, by=MAIN, at=centre.now,
                fixed_at=centre.now, starts_at=jst("2026-11-28T14:00"))  # fmt: skip
    await centre.until("2026-11-28T09:30")

    today = [row for row in await centre.messages("slack", "direct") if row.payload.get("agenda") == "2026-11-28"]

    assert {row.payload["to"] for row in today} == {MAIN, SUB}


@pytest.fixture
def long_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """鶴見区 is open from eleven to ten at night, also when the centre is closed, and not on weekends."""
    hours = replace(CENTRE, weekday=(time(11), time(22)), holiday=None, closed=frozenset())
    monkeypatch.setitem(CALENDARS.wards, "鶴見区", hours)


async def of_ward(centre: Centre, slack_id: str, ward: str = "鶴見区") -> None:
    async with centre.database.transaction() as session:
        (await session.get_one(Staff, slack_id)).only_ward = ward


@pytest.mark.usefixtures("long_day")
async def test_who_works_in_a_ward_begins_the_day_when_it_opens(small: Centre) -> None:
    centre = await a_morning(small.database)
    await of_ward(centre, SUB)
    number = await centre.case(stage=Stage.HEARING)
    await a_hearing(centre, number)

    await centre.until("2026-11-27T08:30")
    began: dict[str, set[str]] = {}
    for moment in ("2026-11-27T09:00", "2026-11-27T10:59", "2026-11-27T11:00"):
        await centre.until(moment)
        told = await centre.messages("slack", "direct")
        began[moment[-5:]] = {row.payload["to"] for row in told if row.payload.get("agenda") == "2026-11-27"}

    assert began == {"09:00": {MAIN, CITY}, "10:59": {MAIN, CITY}, "11:00": {MAIN, CITY, SUB}}


@pytest.mark.usefixtures("long_day")
@pytest.mark.parametrize("day", ["2026-11-28", "2026-12-29"])
async def test_a_day_begins_for_those_alone_who_work_on_it(small: Centre, day: str) -> None:
    centre = await a_morning(small.database)
    await of_ward(centre, SUB)
    number = await centre.case(stage=Stage.HEARING)
    await _adds(centre, number, Meeting, kind=MeetingKind.HEARING, state=MeetingState.FIXED, by=MAIN, at=centre.now,
                fixed_at=centre.now, starts_at=jst(f"{day}T14:00"))  # fmt: skip
    centre.now = jst(f"{day}T08:00")
    await centre.until(f"{day}T15:00")

    told = {row.payload["to"] for row in await centre.messages("slack", "direct") if row.payload.get("agenda") == day}

    assert told == ({MAIN} if day == "2026-11-28" else {SUB})  # a Saturday; the centre's holidays at the year's end


async def test_a_reminder_waits_for_the_person_s_own_hours(small: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CALENDARS.wards, "西区", replace(CENTRE, weekday=(time(13), time(20))))
    await of_ward(small, SUB, "西区")
    await a_task(small, await small.case(stage=Stage.REALISATION))

    await small.until("2026-12-01T09:00")  # when it is due for its case

    (told,) = [row for row in await small.direct(SUB) if row.created_at == small.now]
    assert told.next_at == jst("2026-12-01T13:00")


async def test_what_ended_before_it_left_is_not_sent(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING)
    await a_hearing(centre, number)
    await centre.until("2026-11-27T12:00")
    (waiting,) = [row for row in await centre.messages("line", "reminders") if row.status == "new"][-1:]
    await held(centre, number)

    await centre.ticker.tick()

    (row,) = [one for one in await centre.messages("line", "reminders") if one.id == waiting.id]
    assert row.status == "cancelled"


async def a_morning(database: Database) -> Centre:
    centre = Centre(database, mornings=True)
    await centre.staffed()
    return centre


def test_every_fact_can_be_found_and_every_word_is_there() -> None:
    assert set(OF_CASE) | set(OF_NONE) == set(FACTS) == set(SINCE)
    assert {over for ends in FACTS.values() for over in ends} <= set(OVER)
    assert {to for rule in rules().values() for to in rule.to} <= set(TO)
    assert all(why(rule) for rule in rules().values())


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("notes_missing", "会った時刻から丸1開館日、その後2開館日おき、全部で3回まで"),
        ("unclaimed_lead", "受付から開館時間で4時間、その後1開館日おき、全部で20回まで"),
        ("unfinished_hearing", "最後に書いたときから1日、その後3日ごと、全部で2回まで"),
        ("hearing_two_hours", "ヒアリングの2時間前"),
    ],
)
def test_a_plan_says_in_words_what_the_table_counts(rule: str, said: str) -> None:
    assert why(rules()[rule]) == said


async def test_one_whole_open_day_lies_between_two_sayings_as_the_words_have_it(small: Centre) -> None:
    number = await small.case(stage=Stage.HEARING)
    await _adds(small, number, Meeting, kind=MeetingKind.HEARING, state=MeetingState.FIXED, by=MAIN, at=small.now,
                fixed_at=small.now, starts_at=jst("2026-11-24T14:00"))  # fmt: skip
    await small.until("2026-12-10T10:00")

    said = [row.done_at for row in await small.nudges("notes_missing", Delivery.DONE) if row.done_at]

    # 丸1開館日: Wednesday passes. 2開館日おき: Friday and Saturday lie between, then Monday and Tuesday.
    assert [f"{at.astimezone(TOKYO):%m-%d %H:%M}" for at in said] == ["11-26 09:00", "11-29 09:00", "12-02 09:00"]


async def test_a_case_that_is_released_can_be_claimed_and_says_so_again(small: Centre) -> None:
    number = await small.case(stage=Stage.HEARING)
    await small.does(team.release, number, by=SUB)
    await small.passes(hours=5)
    assert (await small.said())["sub_missing"] == 1

    await joined(small, number)
    await small.does(team.release, number, by=SUB)
    await small.passes(hours=5)

    assert (await small.said())["sub_missing"] == 2


async def test_seeing_to_old_entries_one_by_one_brings_no_reminder_each(small: Centre) -> None:
    entries = [PastCase(id=f"c{n}", title="事例", updated_at=small.now - timedelta(days=190 + n)) for n in range(5)]
    await small.adds(*entries)
    await small.passes(days=1)

    for entry in reversed(entries[1:]):
        await small.change(entry, updated_at=small.now)
        await small.passes(minutes=30)

    assert (await small.said())["knowledge_old"] == 1


@pytest.mark.parametrize("silence", ["notices", "following"])
async def test_a_followed_up_case_that_nobody_can_ask_doesn_t_lie_still_unseen(small: Centre, silence: str) -> None:
    number = await small.case(stage=Stage.FOLLOW_UP)
    await a_check_in(small, number)
    await small.change(await small.the_citizen(number), **{silence: False})

    await small.passes(days=45)

    assert (await small.said())["still_follow_up"] >= 1


async def test_an_answer_in_own_words_is_an_answer(small: Centre) -> None:
    number = await small.case(stage=Stage.DIRECTION)
    await a_hypothesis(small, number)
    await small.passes(days=1)
    await wrote(small, number)

    await small.passes(days=14)

    assert not {"hypothesis_waiting", "hypothesis_silent"} & set(await small.said())


async def test_skipping_one_leaves_the_next(small: Centre) -> None:
    await small.case(stage=Stage.RECEIVED)
    await small.ticker.tick()
    (first,) = await small.nudges("unclaimed_lead")
    await small.change(first, status=Delivery.CANCELLED, reason="skipped", done_at=first.due_at)

    await small.until("2026-11-27T10:00")

    assert (await small.said())["unclaimed_lead"] >= 1
    assert all(row.round > 1 for row in await small.nudges("unclaimed_lead", Delivery.DONE))


async def test_what_is_stopped_and_taken_up_again_waits_for_its_own_time(small: Centre) -> None:
    number = await small.case(stage=Stage.HEARING)
    await small.until("2026-12-02T10:00")
    assert (await small.said())["still_hearing"] == 1
    await small.posted()

    await small.does(arrangements.arrange, number, stop=["still_hearing"], by=LEAD)
    await small.passes(minutes=5)
    await small.does(arrangements.arrange, number, resume=["still_hearing"], by=LEAD)
    await small.passes(hours=2)

    assert (await small.said())["still_hearing"] == 1
    assert [row.round for row in await small.nudges("still_hearing", Delivery.NEW)] == [2]


async def test_a_caller_s_early_hearing_is_a_task_of_the_day_before(small: Centre) -> None:
    number = await small.case(stage=Stage.HEARING, line=False)
    await _adds(small, number, Meeting, kind=MeetingKind.HEARING, state=MeetingState.FIXED, by=MAIN, at=small.now,
                fixed_at=small.now, starts_at=jst("2026-11-27T09:00"))  # fmt: skip

    await small.until("2026-11-27T10:00")

    (row,) = await small.nudges("hearing_two_hours")
    assert (row.status, row.due_at.astimezone(TOKYO)) == (Delivery.DONE, jst("2026-11-26T09:00"))


async def test_a_clock_that_was_days_ahead_cancels_no_hearing(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING)
    await a_hearing(centre, number)
    await centre.ticker.tick()
    right = centre.now
    centre.now += timedelta(days=10)
    await centre.ticker.tick()
    assert {row.reason for row in await centre.nudges() if row.rule.startswith("hearing")} == {"past"}

    centre.now, centre.ticker._swept = right, None
    await centre.until("2026-11-27T13:00")

    said = await centre.said()
    assert (said["hearing_day_before"], said["hearing_two_hours"]) == (1, 1)


async def test_who_is_back_hears_at_once_what_waited(centre: Centre) -> None:
    number = await centre.case(stage=Stage.HEARING)
    await a_hearing(centre, number)
    citizen = await centre.the_citizen(number)
    await centre.change(citizen, following=False)
    await centre.until("2026-11-26T14:30")
    assert not (await centre.said())["hearing_day_before"]

    await centre.change(citizen, following=True)
    await centre.passes(minutes=5)

    assert (await centre.said())["hearing_day_before"] == 1
