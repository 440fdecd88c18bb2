"""A name is found however its kanji are written, and the hit shows its own spelling."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.asking.explain import why
from knowledge.asking.question import read
from knowledge.asking.ranking import rank
from knowledge.language import kanji, names
from knowledge.search import Library
from storage.db import Database
from tests.knowledge.index_entries import case as entry
from tests.knowledge.index_entries import catalogue_of
from tests.knowledge.known import case, keep, organisation

NAMES = (
    ("渡辺文庫", "渡邉文庫"),
    ("渡邊文庫", "渡辺文庫"),
    ("山崎", "山﨑"),
    ("斎藤", "齋藤"),
    ("浜田", "濵田"),
    ("濱田", "濵田"),
    ("吉野", "𠮷野"),
    ("高橋", "髙橋"),
    ("国際学会", "國際學會"),
)
SAME_SIGN = (("葛西", "葛\U000e0100西"), ("神谷", "\ufa19谷"))  # Unicode itself calls them one
BOTH_WAYS = [*NAMES, *(pair[::-1] for pair in NAMES)]


@pytest.mark.parametrize(("asked", "known"), [*BOTH_WAYS, *SAME_SIGN])
async def test_a_case_and_an_organisation_are_found_in_every_spelling(sqlite: Database, asked: str, known: str) -> None:
    other = [case(f"f{n}", f"{word}の記録") for n, word in enumerate("茶碁槍弓鼓笛筆")]
    await keep(sqlite, case("c", f"{known}の集い"), organisation("o", f"{known}の会"), *other)
    library = Library(sqlite)

    assert [hit.id for hit in await library.similar(asked, kind="case")] == ["c"]
    assert [hit.id for hit in await library.similar(asked, kind="organisation")] == ["o"]
    await library.close()


@pytest.mark.parametrize(("asked", "known"), BOTH_WAYS)
def test_the_reason_shows_both_spellings(asked: str, known: str) -> None:
    question = read(asked)
    _, wanted = rank(question, catalogue_of([entry("a", f"{known}の集い")]), 1)

    (reason, *_), _ = why(question.text, wanted, {"件名": f"{known}の集い"})

    assert asked.startswith(reason.word)
    assert known.startswith(reason.matched)
    assert reason.kind == "表記ゆれ"


FORMS = kanji.read(kanji.FILE.read_text("utf-8"))


@given(st.lists(st.sampled_from(sorted(FORMS)), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_names_in_any_forms_are_one_name(signs: list[str]) -> None:
    common = "".join(FORMS[sign] for sign in signs)
    assert names.folded("".join(signs)) == names.folded(common)
    there = catalogue_of([entry("a", f"{common}の集い")])
    assert rank(read("".join(signs)), there, 1) == rank(read(common), there, 1)
