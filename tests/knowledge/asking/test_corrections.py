"""What was mistyped, and what it is put right to."""

import pytest

from knowledge.asking.corrections import meant
from knowledge.asking.explain import why
from knowledge.asking.question import read
from knowledge.asking.ranking import rank
from knowledge.asking.words import wanted
from tests.knowledge.index_entries import case, catalogue_of

TITLES = (
    "駅前のフードバンクと中継拠点",
    "高齢者の見守りと買い物",
    "防災の集い",
    "認知症カフェのはじまり",
    "健康づくりの広場",
    "まちづくりの会議",
    "学校への登校の付き添い",
    "空き家の活用",
    "社会福祉の協議の会",
    "子ども食堂",
    "オープンガーデン",
    "踊りの輪",
    "夏休みの宿題",
)
ROWS = [case(f"c{at}", title) for at, title in enumerate(TITLES)]


def said(asked: str, *, published: bool = False) -> str:
    return meant(asked, wanted(asked, catalogue_of(ROWS), published=published))


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ("フドバンク", "フードバンク"),
        ("フートバンク", "フードバンク"),
        ("ﾌﾄﾞﾊﾞﾝｸ 駅前", "フードバンク 駅前"),
        ("オープンガーテン", "オープンガーデン"),
        ("高令者", "高齢者"),
        ("高令者の見守り", "高齢者の見守り"),
        ("防さい", "防災"),
        ("認知証カフェ", "認知症カフェ"),
        ("まちずくり", "まちづくり"),
        ("フドパントリー", "フードパントリー"),
        ("介ご予防", "介護予防"),  # that no entry says, but the domain's synonyms
    ],
)
def test_words_that_were_cut_to_pieces_by_a_slip_are_put_right_whole(asked: str, right: str) -> None:
    assert said(asked) == right
    assert said(right) == ""


@pytest.mark.parametrize(
    "asked",
    [
        "不登校",  # another word than 登校
        "空き家対策",
        "フードバンク",
        "ｼｬｶｲﾌｸｼｷｮｳｷﾞ",  # heard piece by piece
        "コドモショクドウ",
        "みまもり",
        "こうれいしゃ",
        "オープンキャンパス",
        "盆踊り",
        "冬休み",
        "コウレイシャ",
        "蛍を呼ぶ",
        "こまっています",
    ],
)
def test_what_is_written_otherwise_or_not_known_is_no_slip(asked: str) -> None:
    assert said(asked) == ""


def test_what_was_put_right_is_found_and_told_as_another_spelling() -> None:
    catalogue = catalogue_of(ROWS)
    places, asked = rank(read("高令者"), catalogue, 3)

    assert places[0].id == "c1"
    [match] = why("高令者", asked, {"件名": TITLES[1]})[0]
    assert (match.word, match.matched, match.kind) == ("高令者", "高齢者", "表記ゆれ")


def test_what_was_put_right_is_also_found_by_the_domains_other_words() -> None:
    places, asked = rank(read("介ご予防"), catalogue_of(ROWS), 3)

    assert places[0].id == "c4"
    assert [match.matched for match in why("介ご予防", asked, {"件名": TITLES[4]})[0]] == ["健康づくり"]


def test_the_public_is_put_right_by_what_is_published_only() -> None:
    hidden = catalogue_of([case("h", "オープンガーデンの春", published=False), *ROWS[1:-3]])
    asked = "オープンガーテン"

    assert meant(asked, wanted(asked, hidden)) == "オープンガーデン"
    assert meant(asked, wanted(asked, hidden, published=True)) == ""
