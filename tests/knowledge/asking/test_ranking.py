"""What of a question is looked for."""

import pytest

from knowledge.asking import ranking
from knowledge.asking.question import read
from knowledge.asking.ranking import rank
from tests.knowledge.index_entries import case, catalogue_of

COMMON = [case(f"c{at}", "花と虫の図鑑") for at in range(40)]


def found(asked: str, *others: tuple[str, str]) -> set[str]:
    catalogue = catalogue_of([*COMMON, *[case(*one) for one in others]])
    return {one.id for one in rank(read(asked), catalogue, 100)[0]}


def test_what_nearly_every_entry_has_is_looked_for_where_nothing_else_is_asked():
    assert found("図鑑 灯台守", ("a", "灯台守の日記")) == {"a"}
    assert len(found("図鑑", ("a", "灯台守の日記"))) == len(COMMON)


@pytest.mark.parametrize("most", [1, 50])
def test_of_a_long_text_the_most_telling_words_are_looked_for(monkeypatch, most):
    monkeypatch.setattr(ranking, "OF_LONG", {"words": most, "pairs": 0})
    monkeypatch.setattr(ranking, "LONG", 2)
    hit = found("灯台守が案山子を直す夜、蛍が見える", ("a", "灯台守"), ("b", "案山子"), ("b2", "案山子"))
    assert hit == ({"a"} if most == 1 else {"a", "b", "b2"})
