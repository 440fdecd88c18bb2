"""Reasons, apart from the library: what met what, in which words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.asking.explain import why
from knowledge.asking.question import read
from knowledge.asking.ranking import rank
from knowledge.asking.reasons import EVERYDAY, Match
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
    assert {reason.word for reason in reasons("みまもり", "川を見て森を守り育てる")} == {"みる", "まもる"}
    assert [reason.kind for reason in reasons("まもりをみる")] == [EVERYDAY]


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


@pytest.mark.parametrize(
    ("asked", "title", "said"),
    [
        ("団地の孤立化が進むので、工作の場を開きたい", "認知症カフェを電子化する", []),  # 化
        ("商店がなくなって困っています", "祭りがなくなったあとの町", []),
        ("一度、話をする場を作りたい", "場を借りて一度だけ話をする", []),
        ("花壇の花を植える人がいない", "花火を見る人", []),  # 花 is a piece of 花火
        ("団地の高齢化が進む", "高齢化した団地の集い", ["高齢化", "団地"]),
        ("認知症の人と話をしたい", "認知症の人の話を聞く場", ["認知症"]),
        ("各国の料理を一度に味わう", "各国の料理の会", ["料理", "各国"]),
        ("寺で開きたい", "寺の庭を開く", ["寺"]),
        ("困っている", "困った人の集い", ["困る"]),
        ("一度", "一度だけ", ["一度"]),  # typed alone, it is what was asked for
        ("フードバング", "フードバンクの集い", ["フードバング"]),
    ],
)
def test_a_reason_is_a_word_that_somebody_would_say(asked: str, title: str, said: list[str]):
    found = reasons(asked, title)

    assert {reason.word for reason in found if reason.kind != EVERYDAY} == set(said)
    assert [reason.kind for reason in found] == [EVERYDAY] or said


NOUNS = ["団地", "工作", "商店街", "子ども食堂", "防災", "みなと会", "フードバンク", "空き家", "外国人"]
NO_REASONS = ["電子化", "一度", "話", "場", "なくなって", "各地", "歩いて", "今年", "2つ", "みんな", "こと", "様子"]
sentences = st.lists(st.sampled_from([*NOUNS, *NO_REASONS]), min_size=2, max_size=6, unique=True)
SHREDS = {"化", "一度", "話", "場", "なくなっ", "各", "歩い", "今年", "2", "つ", "みんな", "人", "街", "様子"}


@given(sentences, sentences)
@settings(deadline=None)  # Sudachi is read at the first use
def test_no_shred_is_ever_a_reason_and_every_noun_that_both_say_is_one(asked: list[str], title: list[str]):
    found = reasons("の、".join(["縁側", *asked]), "が、".join(title))

    assert not {reason.word for reason in found} & SHREDS
    shared = {noun for noun in NOUNS if noun in asked and noun in title}
    assert all(any(noun in reason.word or reason.word in noun for reason in found) for noun in shared if found)
    assert all(reason.word for reason in found) or [reason.kind for reason in found] == [EVERYDAY]
