"""Kanji in all their forms are one."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.language import kanji

GROUPS = kanji.read(kanji.FILE.read_text("utf-8"))
SELECTOR = st.sampled_from(["\ufe00", "\ufe0f", "\U000e0100", "\U000e01ef"])
ANY_KANJI = re.compile(f"[{kanji.KANJI}]")
ANY = st.text(st.one_of(st.characters(), st.sampled_from(sorted(GROUPS)), SELECTOR))


@pytest.mark.parametrize(
    ("other", "name"),
    [
        ("渡邉", "渡辺"), ("渡邊", "渡辺"), ("山﨑", "山崎"), ("齋藤", "斎藤"), ("濵田", "浜田"), ("濱田", "浜田"),
        ("𠮷野", "吉野"), ("髙橋", "高橋"), ("葛\U000e0100西", "葛西"), ("辻\ufe00", "辻"), ("神谷", "神谷"),
        ("⻑⾕", "長谷"), ("國際學會", "国際学会"), ("𣘺本", "橋本"), ("塚", "塚"),
    ],
)  # fmt: skip
def test_every_form_of_a_name_is_one(other: str, name: str) -> None:
    assert kanji.one(other) == kanji.one(name) == name


@pytest.mark.parametrize("text", ["斉藤と斎藤", "柿と杮", "坂と阪", "太郎と大郎", "カタカナ ひらがな abc 🙂"])
def test_what_means_something_of_its_own_stays(text: str) -> None:
    assert kanji.one(text) == text


@given(ANY)
@settings(deadline=None)
def test_every_sign_stays_where_it_was(text: str) -> None:
    assert len(kanji.common(text)) == len(text)
    assert ANY_KANJI.sub("*", kanji.common(text)) == ANY_KANJI.sub("*", text)


@given(ANY, SELECTOR)
@settings(deadline=None)
def test_one_form_is_reached_at_once_and_by_all(text: str, selector: str) -> None:
    made = kanji.one(text)
    assert kanji.one(made) == made
    assert kanji.one(selector.join(text)) == made


@pytest.mark.parametrize("sign", [*"々〆ヶ髙邉㐂豈﨑𠮷", "\U0002f800", "\U00030000", "\ufe0f", "\U000e0100"])
def test_a_kanji_beyond_the_first_block_is_one(sign: str) -> None:
    assert ANY_KANJI.fullmatch(sign)


@pytest.mark.parametrize("sign", "あアa1ー、。🙂")
def test_no_other_sign_is(sign: str) -> None:
    assert not ANY_KANJI.fullmatch(sign)


def test_each_kanji_has_one_common_form() -> None:
    lines = [line.partition("#")[0] for line in kanji.FILE.read_text("utf-8").splitlines()]
    others = [sign for group in " ".join(lines).split() for sign in group[1:]]
    assert len(others) == len(GROUPS)
    assert not set(GROUPS) & set(GROUPS.values())
