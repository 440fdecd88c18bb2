"""Reminders as LINE shows them, held against LINE's own rules."""

from datetime import datetime, timedelta
from types import ModuleType

import pytest

from bot.line.news.nudges import reminders
from storage.db import Database
from storage.models import Citizen, Delivery, Meeting, MeetingKind, MeetingState, Nudge, Proposal, Stage
from tests.cases.case_desk import MAIN, NOON, Desk


async def a_reminder(desk: Desk, number: str, rule: str, **values: object) -> int:
    async with desk.database.transaction() as session:
        case = await desk.sees(number)
        row = Nudge(rule=rule, case_id=case.id, due_at=NOON, fact_at=NOON, status=Delivery.DONE, **values)  # type: ignore[arg-type]
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


async def drawn(desk: Desk, number: str, *ids: int, at: datetime = NOON) -> list[dict[str, object]]:
    async with desk.database.reading() as session:
        citizen = (await session.get_one(Citizen, 1)).id
        return await reminders(session, {"citizen": citizen, "nudges": list(ids), "at": at.isoformat()})


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
    buttons = [item["action"]["label"] for item in messages[-1]["quickReply"]["items"]]  # type: ignore[index]
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
