"""The hypothesis on LINE: whole, whatever its length, with its three buttons."""

import json
from typing import Any

import pytest

from bot.desk.consultation.direction.hypotheses import LONGEST
from bot.line.news.direction import IN_BUBBLE, hypothesis
from bot.phrases import phrase

TEXT = "商店街の空き店舗で、月2回の子ども食堂をひらく案です。"


def push(drawn: list[dict[str, Any]]) -> dict[str, Any]:
    return {"to": "U1", "messages": drawn, "notificationDisabled": False}


def actions(drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [button["action"] for button in drawn[0]["contents"]["footer"]["contents"]]


def words(drawn: list[dict[str, Any]]) -> str:
    """The text of the version as it can be read, over the card and what follows it."""
    shown = [block["text"] for block in drawn[0]["contents"]["body"]["contents"] if block["type"] == "text"]
    return shown[2] + "".join(message["text"] for message in drawn[1:])


def test_a_version_is_one_card_with_three_buttons(conformance: Any) -> None:
    drawn = hypothesis(TEXT, 2, "2026-0042", 17)

    assert conformance.line_request("/v2/bot/message/push", push(drawn)) == []
    assert len(drawn) == 1
    assert words(drawn) == TEXT
    assert [(one["label"], one["data"]) for one in actions(drawn)] == [
        ("これで進めたい", "tap=hypothesis&h=17&w=agree"),
        ("相談したい", "tap=hypothesis&h=17&w=talk"),
        ("考えたい", "tap=hypothesis&h=17&w=think"),
    ]
    assert all(one["displayText"] == one["label"] for one in actions(drawn))


def test_a_locked_screen_shows_nothing_of_it() -> None:
    drawn = hypothesis(TEXT, 2, "2026-0042", 17)

    assert drawn[0]["altText"] == phrase("hypothesis_alt", version=2)
    assert "子ども食堂" not in drawn[0]["altText"]


@pytest.mark.parametrize(
    "text", ["あ" * LONGEST, "👨‍👩‍👧" * 1_000, "🌱" * LONGEST, "a" * IN_BUBBLE, "a" * (IN_BUBBLE + 1)]
)
def test_nothing_of_a_long_version_is_cut(conformance: Any, text: str) -> None:
    drawn = hypothesis(text, 1, "2026-0042", 17)

    assert conformance.line_request("/v2/bot/message/push", push(drawn)) == []
    assert words(drawn) == text
    assert len(json.dumps(drawn[0])) < 30_000
    assert (len(drawn) > 1) is (phrase("hypothesis_rest") in str(drawn[0]))


def test_what_was_erased_meanwhile_is_still_a_message_line_takes(conformance: Any) -> None:
    assert conformance.line_request("/v2/bot/message/push", push(hypothesis("", 1, "2026-0042", 17))) == []
