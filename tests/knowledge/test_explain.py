"""Reasons, apart from the library: what met what, in which words."""

import pytest
from index_entries import case, catalogue_of

from knowledge.explain import Match, why
from knowledge.question import read
from knowledge.ranking import rank

TITLE = "団地の高齢者の見守り活動"


def reasons(asked: str, title: str = TITLE) -> list[Match]:
    _, wanted = rank(read(asked), catalogue_of([case("a", title)]), 1)
    return why(asked, wanted, {"件名": title})[0]


@pytest.mark.parametrize("asked", ["みまもり", "高齢者のみまもり", "みまもり活動"])
def test_a_kana_word_that_was_cut_apart_is_explained_whole(asked):
    assert Match("みまもり", "見守り", "表記ゆれ", "件名") in reasons(asked)
    assert not {"み", "まもり"} & {reason.word for reason in reasons(asked)}


def test_words_that_stand_together_in_one_text_only_stay_apart():
    assert {reason.word for reason in reasons("みまもり", "川を見て森を守り育てる")} == {"み", "まもり"}
    assert {reason.word for reason in reasons("まもりをみる")} == {"まもり", "みる"}
