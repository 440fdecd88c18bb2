"""A line of a case's history says what changed, before and after, in the words of the desk."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.desk.record.sight import HistoryLine
from bot.slack.card.details import history_line
from bot.slack.kit.blocks import visible
from storage.models import Audience

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
TIME = "2026-12-01T14:00:00+09:00"


def shown(action: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    line = HistoryLine(
        at=AT, by="U0TANAKA", action=action, before=before, after=after, words=(), audience=Audience.INTERNAL
    )
    return visible(list(history_line(line)))


@pytest.mark.parametrize(
    ("action", "before", "after", "said"),
    [
        ("advance", {"stage": "hearing"}, {"stage": "direction"}, "②ヒアリング→③方向性"),
        ("brief", {"ticked": ["ward"]}, {"ticked": ["ward", "cases"]}, "確認したもの：地域特性→地域特性、類似事例"),
        ("meet", {}, {"meeting_state": "proposed", "options": [TIME]}, "候補の日時：12月1日(火) 14:00"),
        ("meet", {"meeting_state": "proposed"}, {"meeting_state": "fixed"}, "状態：日時を提案→日時が決定"),
        ("plan", {"due_on": "2026-12-01"}, {"due_on": "2026-12-08"}, "期限：12月1日(火)→12月8日(火)"),
        ("draft", {"publication": "asked"}, {"publication": "agreed"}, "事例：同意待ち→同意済み"),
        ("stakeholders", {"state": "candidate"}, {"state": "willing"}, "状態：候補→承諾"),
        ("check_in", {"months": [1, 3]}, {"months": []}, "確認の月：1、3→未定"),
    ],
)
def test_what_changed_is_said(action: str, before: dict[str, Any], after: dict[str, Any], said: str) -> None:
    assert said in "".join(shown(action, before, after).split("\n"))


def test_what_stayed_is_not_said() -> None:
    assert "状態" not in shown("plan", {"state": "open"}, {"state": "open", "task": 3})
