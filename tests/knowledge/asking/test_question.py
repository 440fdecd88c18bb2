"""What was typed, read as words and filters."""

import pytest

from knowledge.asking.question import Question, read, without_unknown
from knowledge.entries import CASE, ORGANISATION


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("花壇 区:鶴見", Question("花壇", ward="鶴見区")),
        ("区:鶴見区 花壇", Question("花壇", ward="鶴見区")),
        ("区：つるみ　花壇", Question("花壇", ward="鶴見区")),
        ("花壇 区: 鶴見", Question("花壇", ward="鶴見区")),
        ("ward:tsurumi 花壇", Question("花壇", ward="鶴見区")),
        ("WARD：鶴見 花壇", Question("花壇", ward="鶴見区")),
        ("区:全市 花壇", Question("花壇", ward="市全域")),
        ("訓練 テーマ:防災", Question("訓練", theme="防災・防犯")),
        ("訓練 theme:防犯", Question("訓練", theme="防災・防犯")),
        ("舞台 テーマ:文化", Question("舞台", theme="文化・スポーツ")),
        ("舞台 テーマ:多文化", Question("舞台", theme="多文化共生")),
        ("再生 テーマ:空き家", Question("再生", theme="まちづくり・空き家")),
        ("出前授業 主体:企業", Question("出前授業", party="企業")),
        ("出前授業 party:company", Question("出前授業", party="企業")),
        ("出前授業 主体:NPO", Question("出前授業", party="団体")),
        ("清掃 種別:団体", Question("清掃", kind=ORGANISATION)),
        ("清掃 kind:case", Question("清掃", kind=CASE)),
        ("清掃 種別：事例", Question("清掃", kind=CASE)),
        ("清掃 種別:企業", Question("清掃", party="企業")),
        (
            "区:鶴見 テーマ:防災 主体:企業 種別:事例 訓練",
            Question("訓練", ward="鶴見区", theme="防災・防犯", party="企業", kind=CASE),
        ),
        ("朝の 区:鶴見 清掃", Question("朝の   清掃", ward="鶴見区")),
        ("区:鶴見 区:緑 花壇", Question("花壇", ward="緑区")),
        ("区:鶴見", Question("", ward="鶴見区")),
        ("　区：鶴見　テーマ：防災　", Question("", ward="鶴見区", theme="防災・防犯")),
        ("", Question("")),
    ],
)
def test_filters_are_taken_out_of_the_words(typed: str, read_as: Question) -> None:
    assert read(typed) == read_as


@pytest.mark.parametrize(
    ("typed", "unknown", "rest"),
    [
        ("区:どこか 花壇", ("区:どこか",), "花壇"),
        ("テーマ:xyz 花壇", ("テーマ:xyz",), "花壇"),
        ("花壇 主体:なにか 種別:なんでも", ("主体:なにか", "種別:なんでも"), "花壇"),
        ("区:東京", ("区:東京",), ""),
        ("区:区:", ("区:区",), ":"),
        ("区:", (), "区:"),
        ("区 鶴見", (), "区 鶴見"),
        ("西区:どこか", (), "西区:どこか"),
        ("テーマ:商店街のみんなで子どもの居場所をつくること", (), "テーマ:商店街のみんなで子どもの居場所をつくること"),
        ("http://a", (), "http://a"),
    ],
)
def test_a_filter_that_names_nothing_stays_words_and_is_told(typed: str, unknown: tuple[str, ...], rest: str) -> None:
    assert read(typed) == Question(typed, unknown=unknown)
    assert without_unknown(read(typed)).text == rest
