"""The builders keep people's words whole, or say that they don't."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.kit.blocks import actions, clean, cut, escape, pieces, plain

ANY = st.text(st.characters(), max_size=200)


@given(ANY, st.integers(5, 50))
def test_a_cut_text_fits_and_says_so(text: str, limit: int) -> None:
    shown = cut(text, limit)

    assert len(shown) <= limit
    assert shown == clean(text) or (shown.endswith("…") and clean(text).startswith(shown[:-1]))


@given(ANY, st.integers(1, 40))
@example("0🏻", 1)
@example("が" + "\u0301" * 9, 4)  # marks without end on one sign
def test_pieces_hold_everything_and_fit(text: str, size: int) -> None:
    found = pieces(text, size)

    assert "".join(found) == clean(text)
    assert all(len(piece) <= size for piece in found)
    assert found


def test_a_family_is_not_torn_apart() -> None:
    assert cut("あ👨‍👩‍👧い", 5) == "あ…"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a\x00b", "ab"), ("a\ud800b", "a\ufffdb"), ("\u202eabc", "abc"), ("1\r\n2\t3", "1\n2\t3"),
        ("👨‍👩‍👧", "👨‍👩‍👧"), ("か\u3099", "が"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_left_out(said: str, shown: str) -> None:
    assert clean(said) == shown


@given(ANY)
def test_escaped_words_hold_no_mention(text: str) -> None:
    assert not set("<>") & set(escape(text))


def test_an_empty_text_is_still_one_slack_takes() -> None:
    assert plain("")["text"] == " "


def test_an_empty_row_is_a_bug_of_ours() -> None:
    with pytest.raises(ValueError, match="1 to 25"):
        actions()
