"""Why an organisation was found by its name."""

import pytest

from knowledge.asking.named import by_name, part
from knowledge.asking.question import read
from knowledge.entries import Entry, of_organisation
from storage.models.knowledge import Organisation

NAME = "ＮＰＯ法人つるみ食堂の会"


def entry(**more: object) -> Entry:
    return of_organisation(Organisation(id="o", name=NAME, kana="ツルミショクドウノカイ", ward="鶴見区", **more))


@pytest.mark.parametrize(
    ("asked", "met"),
    [
        ("つるみ食堂", [("つるみ食堂", "つるみ食堂", "同じ語", "名称")]),
        ("npo法人つるみ食堂", [("npo法人つるみ食堂", "ＮＰＯ法人つるみ食堂", "同じ語", "名称")]),
        ("食堂 つるみ", [("食堂", "食堂", "同じ語", "名称"), ("つるみ", "つるみ", "同じ語", "名称")]),
        ("鶴見区 つるみ食堂", [("つるみ食堂", "つるみ食堂", "同じ語", "名称")]),
        ("鶴見区つるみ食堂", [("つるみ食堂", "つるみ食堂", "同じ語", "名称")]),
        ("区:鶴見 主体:団体 つるみ食堂", [("つるみ食堂", "つるみ食堂", "同じ語", "名称")]),
        ("ツルミ食堂", [("ツルミ食堂", "つるみ食堂", "表記ゆれ", "名称")]),
        ("つるみしょくどう", [("つるみしょくどう", "ツルミショクドウ", "読み", "よみ")]),
        ("みんなの台所", [("みんなの台所", "みんなの台所", "同じ語", "別名")]),
        ("つるみ食道の会", [("つるみ食道の会", NAME, "表記ゆれ", "名称")]),
        ("鶴見区 つるみ食道の会", [("つるみ食道の会", NAME, "表記ゆれ", "名称")]),
    ],
)
def test_a_name_says_which_part_of_it_was_typed(asked: str, met: list[tuple[str, str, str, str]]) -> None:
    matches, _ = by_name(read(asked), entry(aliases=["みんなの台所"]), 0.7)

    assert [(match.word, match.matched, match.kind, match.field) for match in matches] == met


@pytest.mark.parametrize(
    ("asked", "likeness", "band"),
    [
        ("食堂", 0.7, "高"),  # all that was asked stands in it
        ("つるみ食道の会", 0.9, "高"),
        ("つるみ食道の会", 0.84, "中"),
        ("つるみ食道の会", 0.79, "低"),
        ("つるこ", 0.9, "低"),  # of three characters one is another name
    ],
)
def test_the_band_of_a_mistyped_name_goes_by_how_near_it_is(asked: str, likeness: float, band: str) -> None:
    assert by_name(read(asked), entry(), likeness)[1] == band


@pytest.mark.parametrize(
    ("name", "said", "own"),
    [
        ("Code for ＹＯＫＯＨＡＭＡ", "for yokohama", "for ＹＯＫＯＨＡＭＡ"),
        ("㈱みなと", "(株)みなと", "㈱みなと"),
        ("ｶﾞｰﾃﾞﾝの会", "ガーデン", "ｶﾞｰﾃﾞﾝ"),
        ("みなと", "みなと", "みなと"),
        ("みなと", "はま", ""),
        ("みなと", "", ""),
        ("", "みなと", ""),
    ],
)
def test_the_part_is_in_the_names_own_spelling(name: str, said: str, own: str) -> None:
    assert part(name, said) == own
