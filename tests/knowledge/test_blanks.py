"""What counts as nothing is the same at every door."""

from itertools import product

import pytest

from bot.slack.kit import modals
from knowledge.importing.cells import text as read
from knowledge.language.blanks import has_words, trimmed

NOTHING = ("\u200b", "\u2800", "\u3164", "\u00ad", "\u2060", "\ufe0f", "\u3000", " ", "\n", "\t", "\r", "\0", "\ufeff",
           "\u00a0", "\u115f", "\u1160", "\uffa0", "\u200d", "\u202e", "\u2028", "\u0301")  # fmt: skip
WORDS = ("あ", "。", "・", "ー", "1", "?", "🙂", "👨\u200d👩", "❤\ufe0f", "か\u3099", "\ue000", "［写真］", "〇")


@pytest.mark.parametrize("text", ["", *NOTHING, *("".join(pair) for pair in product(NOTHING[:7], repeat=2))])
def test_what_nobody_can_read_is_nothing(text: str) -> None:
    assert not has_words(text)
    assert trimmed(text) == read("title", text) == modals.given(typed(text))["field"] == ""


@pytest.mark.parametrize("text", WORDS)
def test_whatever_is_drawn_counts(text: str) -> None:
    assert has_words(text)
    assert has_words(f"\u200b{text}\u3000")
    assert trimmed(f"\n　{text} ") == text
    assert modals.given(typed(f" {text}"))["field"] == f" {text}"


def typed(text: str) -> modals.Block:
    return {"state": {"values": {"block": {"field": {"type": "plain_text_input", "value": text}}}}}
