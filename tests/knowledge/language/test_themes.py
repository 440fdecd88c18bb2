"""Themes: by a typed name, and by the telling words of a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.language.themes import OTHER, THEMES, named, theme_of

WORDS = {word: theme for theme, words in THEMES.items() for word in words.split()}
PARTS = {part for theme in THEMES for part in theme.split("・")}


@pytest.mark.parametrize(
    ("typed", "theme"),
    [("防災・防犯", "防災・防犯"), ("防災", "防災・防犯"), ("空き家", "まちづくり・空き家"), ("共生", "多文化共生"),
     ("文化", "文化・スポーツ"), ("国際", "多文化共生"), ("その他", OTHER), ("ｽﾎﾟｰﾂ", "文化・スポーツ")],
)  # fmt: skip
def test_a_theme_is_named_by_itself_a_part_or_a_telling_word(typed: str, theme: str) -> None:
    assert named(typed) == theme


@pytest.mark.parametrize("typed", ["", "。", "み", "子", "教", "ス", "人", "者・福", "防災たくさん"])
def test_a_piece_of_a_name_names_no_theme(typed: str) -> None:
    assert named(typed) is None


@given(st.sampled_from(sorted(THEMES)), st.data())
@settings(deadline=None)
def test_only_whole_parts_their_ends_and_telling_words_are_names(theme: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(theme)))
    piece = theme[start : data.draw(st.integers(start, len(theme)))]
    ends = len(piece) > 1 and any(part.startswith(piece) or part.endswith(piece) for part in PARTS)
    assert (named(piece) is not None) <= (ends or piece in WORDS or piece in THEMES)


@pytest.mark.parametrize(
    "text",
    ["がんばりたいです", "フルーツ狩りをしたい", "青森から来ました", "なごみカフェ", "ガイダンスの日", "歌を歌いたい"],
)
def test_a_telling_word_inside_another_tells_nothing(text: str) -> None:
    assert theme_of(text) == OTHER


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_telling_word_tells_its_theme_by_itself(word: str) -> None:
    assert theme_of(word) == theme_of(f"{word}のこと")
    assert WORDS[word] in (theme_of(word), named(word))
