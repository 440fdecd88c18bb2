"""The date of the hearing as a citizen sees it on LINE."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bot.line.messages import Json
from bot.line.news import NEWS
from bot.phrases import phrase
from storage.db import Database
from storage.models import Case, Citizen, Meeting, MeetingKind, MeetingState, Proposal

AT = datetime(2026, 12, 2, 5, tzinfo=UTC)  # 14:00 in Tokyo


async def a_meeting(db: Database, **more: Any) -> Meeting:
    """A hearing of a case, stored."""
    async with db.transaction() as session:
        citizen = Citizen(line_user_id="U1", created_at=AT)
        session.add(citizen)
        await session.flush()
        proposal = Proposal(citizen_id=citizen.id, created_at=AT, updated_at=AT)
        session.add(proposal)
        await session.flush()
        case = Case(number="2026-0042", proposal_id=proposal.id, stage_since=AT, opened_at=AT)
        session.add(case)
        await session.flush()
        times = [(AT + timedelta(days=n)).isoformat() for n in range(3)]
        made = {"kind": MeetingKind.HEARING, "state": MeetingState.PROPOSED, "options": times, "place": "協働ラボ"}
        meeting = Meeting(**{**made, "case_id": case.id, "by": "UA", "at": AT, **more})
        session.add(meeting)
    return meeting


async def drawn(db: Database, kind: str, meeting: Meeting, **more: Any) -> list[Json]:
    async with db.reading() as session:
        return await NEWS[kind](session, {"citizen": 1, "number": "2026-0042", "meeting": meeting.id, **more})


def judged(conformance: ModuleType, messages: list[Json]) -> list[Json]:
    push: Mapping[str, Any] = {"to": "U1", "messages": messages, "notificationDisabled": False}
    assert conformance.line_request("/v2/bot/message/push", push) == []
    return messages


def labels(message: Json) -> list[str]:
    return [item["action"]["label"] for item in message["quickReply"]["items"]]


async def test_the_times_are_quick_replies_and_buttons_that_stay(sqlite: Database, conformance: ModuleType) -> None:
    meeting = await a_meeting(sqlite, agenda="図面をお持ちください")

    (card,) = judged(conformance, await drawn(sqlite, "hearing_dates", meeting))

    offered = ["12月2日(水) 14:00", "12月3日(木) 14:00", "12月4日(金) 14:00", "ほかの日がよい"]
    assert labels(card) == offered
    assert [button["action"]["label"] for button in card["contents"]["footer"]["contents"]] == offered
    data = [dict(parse_qsl(item["action"]["data"])) for item in card["quickReply"]["items"]]
    assert data[0] == {"tap": "hearing_date", "m": str(meeting.id), "n": "0"}
    assert data[-1]["n"] == "other"
    assert "協働ラボ" in str(card["contents"]["body"])
    assert "図面をお持ちください" in str(card["contents"]["body"])
    assert "2026-0042" not in card["altText"]  # a locked screen shows it


async def test_a_date_that_falls_away_is_named_first(sqlite: Database, conformance: ModuleType) -> None:
    meeting = await a_meeting(sqlite)

    said = judged(conformance, await drawn(sqlite, "hearing_dates", meeting, was="11月30日(月) 10:00"))

    assert "11月30日(月) 10:00" in said[0]["text"]
    assert "取りやめ" in said[0]["text"]


async def test_a_fixed_date_says_when_where_and_how_to_change_it(sqlite: Database, conformance: ModuleType) -> None:
    place = "https://example.jp/meet?a=1&b=2"
    meeting = await a_meeting(sqlite, state=MeetingState.FIXED, starts_at=AT, place=place, agenda="10分前にどうぞ")

    said = judged(conformance, await drawn(sqlite, "hearing_fixed", meeting))

    assert "12月2日(水) 14:00" in said[0]["text"]
    assert place in said[0]["text"]
    assert "変えたいとき" in said[0]["text"]
    assert "10分前にどうぞ" in said[1]["text"]


@pytest.mark.parametrize("words", ["", "{place}", "長" * 1000, "👨‍👩‍👧" * 37 + "\n"])
async def test_whatever_the_place_is_called_it_fits(sqlite: Database, conformance: ModuleType, words: str) -> None:
    meeting = await a_meeting(sqlite, state=MeetingState.FIXED, starts_at=AT, place=words[:300], agenda=words)

    for kind in ("hearing_dates", "hearing_fixed"):
        judged(conformance, await drawn(sqlite, kind, meeting))


def test_the_notes_say_that_they_can_be_corrected() -> None:
    said = phrase("hearing_notes", number="2026-0042", text="空き店舗を{見る}")

    assert said.startswith("お話の記録")
    assert "空き店舗を{見る}" in said
    assert "ここに書いてください" in said
