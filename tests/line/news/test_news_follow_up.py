"""How does it go: three answers to tap, as quick replies where nothing else is said, else on cards that stay."""

from typing import Any

import pytest

from bot.line.news.follow_up import Asked, cards, question

ANSWERS = [
    ("順調", "tap=check_in&c=17&a=fine"),
    ("困りごと", "tap=check_in&c=17&a=trouble"),
    ("終了", "tap=check_in&c=17&a=over"),
]


@pytest.mark.parametrize("again", [False, True])
def test_alone_it_is_asked_with_three_quick_replies(conformance: Any, again: bool) -> None:
    drawn = question(Asked("2026-0042", 17, again))

    assert _refused(conformance, drawn) == []
    assert "2026-0042" in drawn[0]["text"]
    assert ("先日" in drawn[0]["text"]) is again
    tapped = [item["action"] for item in drawn[0]["quickReply"]["items"]]
    assert [(one["label"], one["data"]) for one in tapped] == ANSWERS


@pytest.mark.parametrize(("count", "carousels"), [(1, [1]), (2, [2]), (13, [12, 1])])
def test_beside_others_each_has_a_card_with_its_own_answers(conformance: Any, count: int, carousels: list[int]) -> None:
    drawn = cards([Asked(f"2026-{n:04}", 17 + n) for n in range(count)])

    assert _refused(conformance, drawn) == []
    assert [len(one["contents"]["contents"]) for one in drawn] == carousels
    first = drawn[0]["contents"]["contents"][0]
    assert "2026-0000" in first["body"]["contents"][0]["text"]
    tapped = [button["action"] for button in first["footer"]["contents"]]
    assert [(one["label"], one["data"]) for one in tapped] == ANSWERS


def _refused(conformance: Any, drawn: list[dict[str, Any]]) -> Any:
    request = {"to": "U1", "messages": drawn, "notificationDisabled": False}
    return conformance.line_request("/v2/bot/message/push", request)
