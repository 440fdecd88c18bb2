"""The place for dialogue as a citizen sees it on LINE."""

from datetime import timedelta
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bot.line.messages import Json
from bot.line.news import NEWS
from bot.phrases import phrase
from storage.db import Database
from storage.models import Meeting, MeetingKind, MeetingState
from tests.line.desk_rows import AT, NUMBER, a_case, judged

ANSWERS = ["参加", "不参加", "未定"]


async def a_dialogue(db: Database, **more: Any) -> Meeting:
    case = await a_case(db)
    made = {"kind": MeetingKind.DIALOGUE, "state": MeetingState.FIXED, "starts_at": AT, "place": "協働ラボ"}
    async with db.transaction() as session:
        meeting = Meeting(**{**made, "case_id": case.id, "by": "UA", "at": AT, **more})
        session.add(meeting)
    return meeting


async def drawn(db: Database, kind: str, meeting: Meeting) -> list[Json]:
    async with db.reading() as session:
        return await NEWS[kind](session, {"citizen": 1, "number": NUMBER, "meeting": meeting.id})


@pytest.mark.parametrize("kind", ["dialogue_invited", "dialogue_changed"])
async def test_when_and_where_are_a_text_and_the_answers_buttons(
    sqlite: Database, conformance: ModuleType, kind: str
) -> None:
    meeting = await a_dialogue(sqlite, agenda="会場のこと", place="オンライン（https://example.jp/r）")

    text, card = judged(conformance, await drawn(sqlite, kind, meeting))

    for words in ("12月2日(水) 14:00", "オンライン（https://example.jp/r）", "話すこと：会場のこと", NUMBER):
        assert words in text["text"]
    stay = [button["action"] for button in card["contents"]["footer"]["contents"]]
    quick = [item["action"] for item in card["quickReply"]["items"]]
    assert stay == quick
    assert [action["label"] for action in quick] == ANSWERS
    data = dict(parse_qsl(quick[0]["data"]))
    assert data == {"tap": "dialogue_rsvp", "m": str(meeting.id), "a": "yes", "t": str(int(AT.timestamp()))}
    assert "12月" not in card["altText"]  # a locked screen shows it
    assert all(word in phrase("dialogue_how") for word in ANSWERS)


async def test_long_words_go_out_whole(sqlite: Database, conformance: ModuleType) -> None:
    meeting = await a_dialogue(sqlite, agenda="👨‍👩‍👧" * 900 + "おわり", place="あ" * 300)

    messages = judged(conformance, await drawn(sqlite, "dialogue_invited", meeting))

    assert "おわり" in "".join(message.get("text", "") for message in messages)


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.HELD])
async def test_one_that_is_over_when_it_goes_out_asks_nothing(
    sqlite: Database, conformance: ModuleType, state: str
) -> None:
    meeting = await a_dialogue(sqlite, state=state, starts_at=AT + timedelta(days=1))

    (message,) = judged(conformance, await drawn(sqlite, "dialogue_invited", meeting))

    assert message == {"type": "text", "text": phrase("dialogue_gone")}
