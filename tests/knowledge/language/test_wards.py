"""Wards: found in running text, recognised when typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.asking.question import read
from knowledge.importing import columns
from knowledge.language import elsewhere
from knowledge.language.text import fold
from knowledge.language.wards import READINGS, SHORT, WARDS, WHOLE_CITY, find, hiragana, match


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


ELSEWHERE = [
    "東京都港区港南", "北九州市八幡西区", "石川県の金沢", "鶴見和子さん", "札幌の西区", "広島市安佐南区",
    "相模原市 南区", "鶴見 和子", "戸塚健太です", "瀬谷みどりと申します", "代表の鶴見です", "担当者の戸塚",
    "名前は金沢", "金沢大学", "金沢駅", "神奈川県相模原市緑区", "名古屋市緑区", "新潟市西区と南区", "浜松市旧中区",
    "西区（大阪市）", "大阪の団体と、西区で", "ソウル市中区", "品川の港南", "港南口", "安佐みなみ区",
    "さいたま市の南区", "石川 金沢",
]  # fmt: skip


@pytest.mark.parametrize("text", ELSEWHERE)
def test_a_place_elsewhere_or_a_person_is_asked_about(text):
    assert find(text) == []
    assert match(text).ward is None
    assert columns.ward("ward", text) == text  # an imported place stays as it is written
    assert read(f"祭り 区:{''.join(text.split())}").ward is None


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("横浜市 西区", "西区"), ("西区の藤棚", "西区"), ("港南区", "港南区"), ("横浜の鶴見", "鶴見区"),
        ("今度西区で", "西区"),
        ("現在南区に住む", "南区"), ("京急鶴見駅", "鶴見区"), ("本牧、中区", "中区"), ("神奈川県 横浜市 南区", "南区"),
        ("金沢文庫", "金沢区"), ("港北ニュータウン", "港北区"), ("鶴見社会福祉協議会", "鶴見区"),
        ("全市の西区", "西区"),
        ("大阪から、横浜市西区に来た", "西区"), ("東京都から南区へ引っ越した", "南区"), ("旭区 若葉台", "旭区"),
        ("泉区民のために", "泉区"), ("新横浜の港北区", "港北区"), ("港南台", "港南区"),
    ],
)  # fmt: skip
def test_a_ward_of_this_city_is_found_whatever_stands_beside_it(text, ward):
    assert find(text) == [ward]
    assert match(text).ward == ward


@given(
    st.lists(st.sampled_from(WARDS), min_size=1, max_size=4, unique=True),
    st.sampled_from(["・", "、", " ", "", "と", "や"]),
)
@settings(deadline=None)
def test_all_wards_of_a_list_are_found(wards, between):
    assert find(between.join(wards) + "で") == wards


PLACES = st.sampled_from([*elsewhere.WARDS_OF, *elsewhere.PREFECTURES.split("|")])
OF_A_CITY = st.sampled_from(["", "市", "の", "市の", "市 ", "市内の", "県の", "・", "にある"])


@given(PLACES, OF_A_CITY, st.sampled_from([*WARDS, *SHORT]), st.sampled_from(["", "です", "で空き家を", "の商店街"]))
@settings(max_examples=300, deadline=None)
def test_what_lies_in_another_place_is_no_ward(place, between, ward, after):
    assert find(f"{place}{between}{ward}{after}") == []
    assert match(f"{place}{between}{ward}").ward is None


@given(st.sampled_from([f"{city}市{ward}区" for city, wards in elsewhere.WARDS_OF.items() for ward in wards.split()]))
@settings(deadline=None)
def test_no_ward_of_another_city_is_ours(name):
    assert find(name) == []
    assert match(name).ward is None


@given(st.sampled_from(WARDS), st.sampled_from(["横浜市", "横浜", "横浜の", "神奈川県横浜市 ", "横浜市内の"]), PLACES)
@settings(deadline=None)
def test_a_ward_of_yokohama_is_found_beside_any_other_place(ward, ours, place):
    assert find(f"{place}から{ours}{ward}に来た") == [ward]


SURNAMES, GIVEN_NAMES = ("鶴見", "金沢", "都筑", "戸塚", "瀬谷"), ("和子", "太郎", "健太", "花子", "健一")


@given(st.sampled_from(SURNAMES), st.sampled_from(["", " ", "　"]), st.sampled_from(GIVEN_NAMES))
@settings(deadline=None)
def test_a_surname_with_a_given_name_is_no_ward(name, between, given_name):
    assert find(f"{name}{between}{given_name}") == []


@pytest.mark.parametrize("typed", ["みなと", "江南区", "若葉区", "青山区", "金沢市", "旭市", "北区", "港区", "東区"])
def test_the_name_of_another_place_is_no_slip(typed):
    assert match(typed).ward is None


@pytest.mark.parametrize(("typed", "ward"), [("みとり", "緑区"), ("ほどや", "保土ケ谷区"), ("鶴身区", "鶴見区")])
def test_one_slip_of_kana_and_other_kanji_of_the_same_sound_are_forgiven(typed, ward):
    assert match(typed).ward == ward


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_anything_typed_gets_an_answer(typed):
    found = match(typed)
    assert found.ward in (None, WHOLE_CITY, *WARDS)
    assert len(found.candidates) <= 3


@pytest.mark.parametrize("typed", ["全" * 10_000, "区" * 10_000, "\x00\ud800" * 5_000])
def test_ten_thousand_characters_are_no_ward(typed):
    assert match(typed).ward is None


def test_the_tables_are_written_as_texts_are_folded():
    """A name with another form of a kanji would never be found."""
    others = " ".join((*elsewhere.WARDS_OF, *elsewhere.WARDS_OF.values(), elsewhere.PREFECTURES))
    assert fold(others) == others
    assert fold(" ".join((*WARDS, *SHORT))) == " ".join((*WARDS, *SHORT))
