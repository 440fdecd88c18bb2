"""Reasons, apart from the library: what met what, in which words."""

import pytest

from knowledge.asking.explain import Match, why
from knowledge.asking.question import read
from knowledge.asking.ranking import rank
from tests.knowledge.index_entries import case, catalogue_of

TITLE = "団地の高齢者の見守り活動"


def reasons(asked: str, title: str = TITLE) -> list[Match]:
    _, wanted = rank(read(asked), catalogue_of([case("a", title)]), 1)
    return why(asked, wanted, {"件名": title})[0]


@pytest.mark.parametrize("asked", ["みまもり", "高齢者のみまもり", "みまもり活動"])
def test_a_kana_word_that_was_cut_apart_is_explained_whole(asked):
    assert Match("みまもり", "見守り", "読み", "件名") in reasons(asked)
    assert not {"み", "まもり"} & {reason.word for reason in reasons(asked)}


def test_words_that_stand_together_in_one_text_only_stay_apart():
    assert {reason.word for reason in reasons("みまもり", "川を見て森を守り育てる")} == {"み", "まもり"}
    assert {reason.word for reason in reasons("まもりをみる")} == {"まもり", "みる"}


@pytest.mark.parametrize(
    ("asked", "title", "matched", "kind"),
    [
        ("ぼうさい", "防災の集い", "防災", "読み"),
        ("ボウサイ", "防災の集い", "防災", "読み"),
        ("あきや", "空き家", "空き家", "読み"),
        ("こども", "子どもの声", "子ども", "読み"),
        ("コドモ", "こどもの声", "こども", "表記ゆれ"),
        ("子供", "子どもの声", "子ども", "表記ゆれ"),
        ("こども食堂", "子ども食堂", "子ども食堂", "表記ゆれ"),
        ("あき家", "空き家", "空き家", "表記ゆれ"),
        ("開きたい", "店を開く", "開く", "同じ語"),
        ("シニア", "高齢者の声", "高齢者", "言い換え"),
    ],
)
def test_the_kind_tells_what_differs_by_whatever_way_it_was_met(asked: str, title: str, matched: str, kind: str):
    assert [(met.matched, met.kind) for met in reasons(asked, title)] == [(matched, kind)]


@pytest.mark.parametrize("asked", ["したい", "ほしい", "を教えて", "何をすればいい", "お願いします"])
def test_words_that_every_sentence_has_are_no_reason(asked: str):
    assert reasons(asked, "花壇をきれいにしたい、水道がほしい。何をすれば、教えてと、お願いします") == []
