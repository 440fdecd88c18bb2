"""Reminders as LINE shows them, held against LINE's own rules."""

from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from bot.desk.consultation.follow_up import follow_up
from bot.line.news.nudges import reminders
from storage.db import Database
from storage.models import CheckIn, Citizen, Delivery, Meeting, MeetingKind, MeetingState, Nudge, Proposal, Stage
from tests.desk.case_desk import MAIN, NOON, Desk


async def a_reminder(desk: Desk, number: str, rule: str, **values: object) -> int:
    async with desk.database.transaction() as session:
        case = await desk.sees(number)
        at = {"fact_at": NOON + timedelta(days=1) if rule.startswith("hearing") else NOON} | values
        row = Nudge(rule=rule, case_id=case.id, due_at=NOON, status=Delivery.DONE, **at)  # type: ignore[arg-type]
        session.add(row)
    return row.id or 0


async def a_hearing(desk: Desk, number: str, place: str = "協働ラボ") -> int:
    async with desk.database.transaction() as session:
        case = await desk.sees(number)
        row = Meeting(
            case_id=case.id, kind=MeetingKind.HEARING, state=MeetingState.FIXED, place=place, by=MAIN, at=NOON,
            fixed_at=NOON, starts_at=NOON + timedelta(days=1),
        )  # fmt: skip
        session.add(row)
    return row.id or 0


async def drawn(desk: Desk, number: str, *ids: int, at: datetime = NOON, **more: object) -> list[dict[str, Any]]:
    async with desk.database.reading() as session:
        citizen = (await session.get_one(Citizen, 1)).id
        return await reminders(session, {"citizen": citizen, "nudges": list(ids), "at": at.isoformat(), **more})


async def a_check_in(desk: Desk, number: str, rule: str = "check_in") -> int:
    """The first one of a case in ⑤, asked at noon."""
    row = next(row for row in (await desk.sees(number)).work.check_ins if row.months == 1)
    await desk.does(follow_up.ask, row.id, again=rule == "check_in_again")
    return await a_reminder(desk, number, rule, subject=f"check_in:{row.id}", subject_id=row.id)


def pushed(conformance: ModuleType, messages: list[dict[str, Any]]) -> Any:
    return conformance.line_request("/v2/bot/message/push", {"to": "U" + "0" * 32, "messages": messages})


async def a_draft(desk: Desk) -> int:
    async with desk.database.transaction() as session:
        row = Proposal(citizen_id=1, created_at=NOON, updated_at=NOON)
        session.add(row)
    return row.id or 0


@pytest.fixture
def desk(sqlite: Database) -> Desk:
    return Desk(sqlite)


async def test_several_reminders_are_one_push_with_one_way_to_stop_them(desk: Desk, conformance: ModuleType) -> None:
    number = await desk.case(stage=Stage.HEARING)
    meeting = await a_hearing(desk, number)
    first = await a_reminder(desk, number, "hearing_day_before", subject=f"meeting:{meeting}", subject_id=meeting)
    draft = await a_draft(desk)
    second = await a_reminder(desk, number, "unfinished_hearing", subject=f"proposal:{draft}", subject_id=draft)

    messages = await drawn(desk, number, first, second)

    assert conformance.line_request("/v2/bot/message/push", {"to": "U" + "0" * 32, "messages": messages}) == []
    assert len(messages) == 2
    assert "11月25日(水) 12:00" in str(messages[0]["text"])
    assert "協働ラボ" in str(messages[0]["text"])
    buttons = [item["action"]["label"] for item in messages[-1]["quickReply"]["items"]]
    assert buttons == ["再開する", "通知を止める"]


async def test_a_hearing_without_a_place_leaves_no_gap(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    meeting = await a_hearing(desk, number, place="")
    row = await a_reminder(desk, number, "hearing_two_hours", subject=f"meeting:{meeting}", subject_id=meeting)

    (message,) = await drawn(desk, number, row)

    assert "場所" not in str(message["text"])


async def test_who_stopped_notices_meanwhile_is_sent_nothing(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    row = await a_reminder(desk, number, "hypothesis_waiting", subject="hypothesis:1", subject_id=1)
    async with desk.database.transaction() as session:
        (await session.get_one(Citizen, 1)).notices = False

    assert await drawn(desk, number, row) == []


async def test_what_is_void_meanwhile_is_left_out(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    row = await a_reminder(desk, number, "hypothesis_waiting", subject="hypothesis:1", subject_id=1)
    async with desk.database.transaction() as session:
        (await session.get_one(Nudge, row)).status = Delivery.CANCELLED

    assert await drawn(desk, number, row) == []


@pytest.mark.parametrize(
    ("hours", "words"), [(0, "明日のお知らせです"), (20, "今日のお知らせです"), (24, None), (30, None)]
)
async def test_a_hearing_s_reminder_says_what_is_so_when_it_leaves(desk: Desk, hours: int, words: str | None) -> None:
    number = await desk.case(stage=Stage.HEARING)
    meeting = await a_hearing(desk, number)
    row = await a_reminder(desk, number, "hearing_day_before", subject=f"meeting:{meeting}", subject_id=meeting)

    messages = await drawn(desk, number, row, at=NOON + timedelta(hours=hours))

    assert (words in str(messages)) if words else messages == []


async def test_what_was_seen_to_while_it_waited_is_left_out(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    meeting = await a_hearing(desk, number)
    row = await a_reminder(desk, number, "hearing_two_hours", subject=f"meeting:{meeting}", subject_id=meeting)
    async with desk.database.transaction() as session:
        (await session.get_one(Meeting, meeting)).minutes = "会いました"

    assert await drawn(desk, number, row) == []


async def test_a_hearing_that_was_moved_while_it_waited_is_told_with_its_new_date_alone(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    meeting = await a_hearing(desk, number)
    row = await a_reminder(desk, number, "hearing_day_before", subject=f"meeting:{meeting}", subject_id=meeting)
    async with desk.database.transaction() as session:
        (await session.get_one(Meeting, meeting)).starts_at = NOON + timedelta(days=20)

    assert await drawn(desk, number, row) == []


async def test_a_check_in_alone_has_its_answers_under_it(desk: Desk, conformance: ModuleType) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    row = await a_check_in(desk, number)

    (message,) = await drawn(desk, number, row)

    assert pushed(conformance, [message]) == []
    assert [item["action"]["label"] for item in message["quickReply"]["items"]] == ["順調", "困りごと", "終了"]


async def test_check_ins_of_two_cases_and_other_reminders_are_one_push_and_keep_their_buttons(
    desk: Desk, conformance: ModuleType
) -> None:
    citizen = await desk.citizen()
    first = await desk.case(stage=Stage.FOLLOW_UP, citizen=citizen)
    second = await desk.case(stage=Stage.FOLLOW_UP, citizen=citizen)
    rows = [await a_check_in(desk, first), await a_check_in(desk, second, "check_in_again")]
    draft = await a_draft(desk)
    rows.append(await a_reminder(desk, first, "unfinished_hearing", subject=f"proposal:{draft}", subject_id=draft))

    messages = await drawn(desk, first, *rows)

    assert pushed(conformance, messages) == []
    assert [message["type"] for message in messages] == ["text", "flex"]
    cards = messages[1]["contents"]["contents"]
    assert [(first in str(card), second in str(card)) for card in cards] == [(True, False), (False, True)]
    assert ["先日" in str(card) for card in cards] == [False, True]
    assert [[b["action"]["label"] for b in card["footer"]["contents"]] for card in cards] == [
        ["順調", "困りごと", "終了"]
    ] * 2
    assert len({b["action"]["data"] for card in cards for b in card["footer"]["contents"]}) == 6
    buttons = [item["action"]["label"] for item in messages[-1]["quickReply"]["items"]]
    assert buttons == ["再開する", "通知を止める"]


async def test_many_reminders_beside_a_check_in_stay_within_one_call(desk: Desk, conformance: ModuleType) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    rows = [await a_check_in(desk, number)]
    for n in range(6):
        meeting = await a_hearing(desk, number, place=f"会場{n}")
        rows.append(
            await a_reminder(desk, number, "hearing_day_before", subject=f"meeting:{meeting}", subject_id=meeting)
        )

    messages = await drawn(desk, number, *rows)

    assert pushed(conformance, messages) == []
    assert all(f"会場{n}" in str(messages[0]) for n in range(6))
    assert messages[-1]["type"] == "flex"


async def test_a_check_in_that_goes_along_with_an_answer_keeps_its_buttons(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    row = await a_check_in(desk, number)

    (message,) = await drawn(desk, number, row, along=True)  # the answer's own buttons take the quick replies' place

    assert len(message["contents"]["contents"][0]["footer"]["contents"]) == 3


@pytest.mark.parametrize("what", ["answered_at", "dropped_at"])
async def test_a_check_in_that_is_settled_before_it_leaves_is_not_asked(desk: Desk, what: str) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    row = await a_check_in(desk, number)
    async with desk.database.transaction() as session:
        asked = await session.get_one(CheckIn, (await session.get_one(Nudge, row)).subject_id)
        setattr(asked, what, NOON)

    assert await drawn(desk, number, row) == []


async def test_a_case_that_is_back_in_the_fourth_stage_is_not_asked_how_it_goes(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    row = await a_check_in(desk, number)
    await desk.does(follow_up.reopen, number, reason="会場", by=MAIN)

    assert await drawn(desk, number, row) == []
