"""Wards: found in running text, recognised when typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.language.wards import READINGS, WARDS, WHOLE_CITY, find, hiragana, match


@pytest.mark.parametrize("ward", WARDS)
def test_every_ward_is_understood_as_it_is_and_in_kana_with_and_without_ku(ward):
    reading = READINGS[ward]
    for typed in (
        ward,
        ward[:-1],
        reading,
        hiragana(reading),
        hiragana(reading) + "く",
        f"横浜市{ward}",
        ward + "です",
    ):
        assert match(typed).ward == ward, typed


@pytest.mark.parametrize(
    "typed", ["市全域", "横浜市全体", "全区", "市内全域", "横浜市", "全市", "18区すべて", "どこでも", "市全域です"]
)
def test_the_whole_city_is_understood(typed):
    assert match(typed).ward == WHOLE_CITY


@pytest.mark.parametrize(
    ("typed", "ward"),
    [("ﾄﾂｶ", "戸塚区"), ("保土ヶ谷", "保土ケ谷区"), ("ほどがやあたり", "保土ケ谷区"), ("都築区", "都筑区"),
     ("つるめ", "鶴見区"), ("鶴身区", "鶴見区"), ("Totsuka-ku", "戸塚区"), ("鶴見の駅前です", "鶴見区")],
)  # fmt: skip
def test_typos_widths_and_other_scripts_are_forgiven(typed, ward):
    assert match(typed).ward == ward


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("港", ["港南区", "港北区"]),
        ("港北区か都筑区", ["港北区", "都筑区"]),
        ("鶴身", ["鶴見区"]),
        ("わからない", []),
        ("", []),
    ],
)
def test_what_is_unclear_is_asked_back(typed, candidates):
    found = match(typed)
    assert found.ward is None
    assert found.candidates == candidates


def test_wards_are_found_in_running_text():
    assert find("鶴見の商店街と港南区、横浜市旭区のほか、つるみ区でも") == ["鶴見区", "港南区", "旭区"]


@pytest.mark.parametrize(
    "text",
    [
        "まちの中で緑を育てる",
        "西の丘の泉",
        "川崎市中区",
        "大阪市鶴見区",
        "鶴見川",
        "戸塚さんと金沢市へ",
        "神奈川県の事業",
        "青葉の季節",
    ],
)
def test_everyday_words_and_other_places_are_no_wards(text):
    assert find(text) == []


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_anything_typed_gets_an_answer(typed):
    found = match(typed)
    assert found.ward in (None, WHOLE_CITY, *WARDS)
    assert len(found.candidates) <= 3


@pytest.mark.parametrize("typed", ["全" * 10_000, "区" * 10_000, "\x00\ud800" * 5_000])
def test_ten_thousand_characters_are_no_ward(typed):
    assert match(typed).ward is None
