"""Kana as the words that are read so."""

import pytest

from knowledge.asking.heard import Heard, heard
from tests.knowledge.index_entries import case, catalogue_of

KNOWN = catalogue_of([case("a", "子ども食堂で見守り。床を済ます")])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("しょくどう", [("しょくどう", "しょくどう")]),
        ("コドモショクドウ", [("コドモ", "コドモショクドウ"), ("ショクドウ", "コドモショクドウ")]),
        ("しょくどうへいきたい", [("しょくどう", "")]),
        ("ゆか", [("ゆか", "ゆか")]),
        ("スマフォ", []),  # スマ is read as 済ま: two of four say nothing
        ("しているところ", []),
        ("", []),
    ],
)
def test_kana_is_heard_in_the_fewest_pieces_that_make_most_of_it(asked: str, found: list[tuple[str, str]]) -> None:
    assert heard(asked, KNOWN, 0, published=False) == [Heard(*one) for one in found]


def test_in_a_long_text_short_kana_is_chatter() -> None:
    assert heard("ゆか", KNOWN, 4, published=False) == []
