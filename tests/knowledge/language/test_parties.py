"""Who is asking, and what an organisation is: told by the end of what is said, and asked where that leaves a doubt."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.language.parties import LEGAL, NOBODY, PARTIES, named

KINDS = {word: kind for kind, words in PARTIES.items() for word in words.split()}
ENTITLED = {form: kind for kind, forms in LEGAL.items() for form in forms.split()}
WORD = st.sampled_from(sorted(word for word in KINDS if not word.isascii()))
IN_KANJI = WORD.filter(lambda word: not re.search("[ぁ-ゖ]", word))
KANJI = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=4)


@pytest.mark.parametrize(
    ("said", "party"),
    [
        ("市民団体", "団体"), ("会社員", "個人"), ("大学生です", "個人"), ("私立高校", "団体"), ("商店街", "団体"),
        ("私たちのグループ", "団体"), ("市民の会", "団体"), ("任意団体です。", "団体"), ("里山と川の会", "団体"),
        ("社会福祉協議会", "団体"), ("保護者会です", "団体"),
        ("すずかけ自治会です", "団体"), ("町内会の役員です", "団体"), ("ＮＰＯ", "団体"), ("NPO代表", "団体"),
        ("自治会・町内会", "団体"), ("個人ではなく団体", "団体"), ("横浜企業経営支援財団", "団体"),
        ("NPO法人ア・ドリーム", "団体"), ("だんたい", "団体"),
        ("個人です。", "個人"), ("一市民として", "個人"), ("大学生をしています", "個人"), ("こじん", "個人"),
        ("会社", "企業"), ("㈱つなぐ", "企業"), ("つなぐ合同会社", "企業"), ("会社をやっています", "企業"),
        ("区役所の職員", "行政"), ("横浜市の職員です", "行政"), ("地方公共団体", "行政"), ("国の機関", "行政"),
        ("その他の設立登記法人", "団体"), ("person", "個人"), ("company", "企業"),
    ],
)  # fmt: skip
def test_who_it_is_stands_at_the_end(said: str, party: str) -> None:
    assert named(said) == party


@pytest.mark.parametrize(
    "said",
    ["行政書士", "行政書士法人つばさ", "個人事業主", "公務員", "団体職員", "会社役員", "会社の社員", "大学の先生",
     "元市職員", "団体ではない", "株式会社ではない", "個人以外", "個人と団体", "会社か個人", "個人でも団体でも",
     "私と友人", "企業、行政", "NPO法人とメーカー", "地域社会", "市議会", "独立行政法人都市再生機構", "bingo", "うーん",
     "", "\u200b", "。"],
)  # fmt: skip
def test_what_leaves_a_doubt_is_nobody(said: str) -> None:
    assert named(said) is None


@given(KANJI, WORD)
@settings(deadline=None)
def test_what_stands_before_a_word_never_makes_it_another_party(before: str, word: str) -> None:
    longer = [
        other for other in (*KINDS, *NOBODY.split()) if len(other) > len(word) and (before + word).endswith(other)
    ]
    if not longer and not any((before + word).startswith(form) for form in ENTITLED):
        assert named(before + word) == KINDS[word]


@given(WORD, st.text(st.characters(min_codepoint=0x30A1, max_codepoint=0x30F6), min_size=1, max_size=4))
@settings(deadline=None)
def test_a_word_inside_a_longer_one_tells_nothing(word: str, after: str) -> None:
    ends = any((word + after).endswith(other) for other in KINDS)
    begins = any(word.startswith(form) for form in ENTITLED)
    assert ends or begins or named(word + after) is None


@given(IN_KANJI, IN_KANJI, st.sampled_from(["と", "や", "か", "でも", "または", "、", "・", "および"]))
@settings(deadline=None)
def test_two_parties_are_a_doubt(one: str, other: str, between: str) -> None:
    if KINDS[one] != KINDS[other] and not set(one + other) & set(
        "あいうえおかがきぎくけこさしじたちとなにぬねのはひふほまもやりるわん"
    ):
        assert named(f"{one}{between}{other}") is None


@given(st.sampled_from(sorted(ENTITLED)), st.text(st.characters(categories=["Lo"]), min_size=1, max_size=8))
@settings(deadline=None)
def test_a_legal_form_before_or_after_a_name_tells(form: str, name: str) -> None:
    assert named(form + name) in (ENTITLED[form], None)
