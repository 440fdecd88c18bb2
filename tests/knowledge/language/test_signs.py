"""A text that is cut keeps each sign that people see whole."""

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.language.signs import cut

SIGNS = ("👨\u200d👩\u200d👧", "❤\ufe0f", "👍🏽", "🇯🇵", "葛\U000e0100", "か\u3099", "空", "き", "家", " ")


@given(st.lists(st.sampled_from(SIGNS), max_size=40), st.integers(1, 60))
@settings(deadline=None)
def test_no_sign_is_cut_and_no_limit_passed(signs: list[str], most: int) -> None:
    text = "".join(signs)
    shown = cut(text, most)
    assert len(shown) <= most
    assert (shown == text) is (len(text) <= most)
    kept = regex.findall(r"\X", shown if shown == text else shown[:-1])
    assert regex.findall(r"\X", text)[: len(kept)] == kept


def test_what_is_missing_is_said() -> None:
    assert cut("空き家を👨\u200d👩\u200d👧で使う", 8) == "空き家を…"
