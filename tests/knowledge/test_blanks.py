"""What counts as nothing is the same at every door."""

import unicodedata
from itertools import product

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.kit import modals
from knowledge.importing.cells import text as read
from knowledge.language.blanks import has_words, trimmed

NOTHING = ("\u200b", "\u2800", "\u3164", "\u00ad", "\u2060", "\ufe0f", "\u3000", " ", "\n", "\t", "\r", "\0", "\ufeff",
           "\u00a0", "\u115f", "\u1160", "\uffa0", "\u200d", "\u202e", "\u2028", "\u0301", "\U000e0100", "\U000e0067",
           "\u034f", "\ufffc", "\ud83d", "\uffff", "\U0001d159", "\u2065", "\U000e0fff")  # fmt: skip
NEVER_DRAWN = [sign for sign in map(chr, range(0x110000)) if regex.match(r"\p{Default_Ignorable_Code_Point}", sign)]
WORDS = (
    "👍",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "🇯🇵",
    "#\ufe0f\u20e3",
    "𠮷\U000e0100",
    "\u0e33",
    "あ",
    "。",
    "・",
    "ー",
    "1",
    "?",
    "🙂",
    "👨\u200d👩",
    "❤\ufe0f",
    "か\u3099",
    "\ue000",
    "［写真］",
    "〇",
)


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


@given(st.text(st.sampled_from([*NEVER_DRAWN, *NOTHING]), max_size=20))
@settings(deadline=None)
def test_any_number_of_signs_that_are_never_drawn_is_nothing(text: str) -> None:
    assert not has_words(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S"]).filter(lambda sign: sign not in NOTHING), min_size=1))
@settings(deadline=None)
def test_any_letter_digit_punctuation_or_symbol_is_a_word(text: str) -> None:
    assert has_words(text) is not set(text).issubset(NEVER_DRAWN)


@given(st.text())
@settings(deadline=None)
def test_what_has_no_category_to_be_read_in_is_nothing(text: str) -> None:
    assert has_words(text) or all(
        sign in NOTHING or unicodedata.category(sign)[0] in "CZM" for sign in text if sign not in NEVER_DRAWN
    )
