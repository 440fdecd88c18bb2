"""Ranks the entries of one catalogue for one question."""

from dataclasses import dataclass

from tantivy import Occur, Query

from knowledge import names, wards
from knowledge.asking import Question, Wanted, wanted
from knowledge.index import Catalogue, Shelf
from knowledge.text import bigrams

TITLE = 0.3  # beside the same word in the whole entry
PAIRS, TITLE_PAIRS = 0.3, 0.1
NAME_LIKE = 40  # folded characters; longer is a text, not a name
CANDIDATES = 60
SURE_NAME, WARD_BONUS, WORDS_WORTH = 0.5, 0.15, 0.9
FULL = 2.6  # BM25 points per unit of information when every word of the question is met
NEAR = 1.0  # a soft boost, in BM25 points, for the ward the question speaks of


@dataclass(frozen=True)
class Ranked:
    """One entry's place; `name` is how alike its name is, when it was found by name."""

    id: str
    score: float
    name: float = 0.0


def rank(question: Question, catalogue: Catalogue, limit: int, *, published: bool) -> tuple[list[Ranked], list[Wanted]]:
    """Return the best entries and the question's words as they were searched for."""
    asked = wanted(question.text, catalogue)
    found = catalogue.shelf.search(_query(question, asked, catalogue.shelf, published), limit)
    whole = sum(item.information for item in asked) * FULL or 1.0
    by_words = [Ranked(key, score / whole) for score, key in found]
    if catalogue.name_shelf is None:
        return by_words, asked
    return _merged(by_name(question, catalogue, limit), by_words)[:limit], asked


def _query(question: Question, asked: list[Wanted], shelf: Shelf, published: bool) -> Query:
    said = [Query.disjunction_max_query([_both(shelf, t.field, t.value, t.weight) for t in item.terms])
            for item in asked if item.terms]  # fmt: skip
    for pair in dict.fromkeys(bigrams(question.text)):
        said += [shelf.term("pairs", pair, PAIRS), shelf.term("title_pairs", pair, TITLE_PAIRS)]
    if not said:
        return Query.empty_query()
    parts = [(Occur.Must, Query.boolean_query([(Occur.Should, query) for query in said]))]
    parts += [(Occur.Must, _only(shelf, "ward", question.ward))] if question.ward else []
    parts += [(Occur.Must, _only(shelf, "theme", question.theme))] if question.theme else []
    parts += [(Occur.Must, _only(shelf, "published", "yes"))] if published else []
    for ward in wards.find(question.text):
        parts.append((Occur.Should, Query.const_score_query(shelf.term("ward", ward), NEAR)))
    return Query.boolean_query(parts)


def _both(shelf: Shelf, field: str, value: str, weight: float) -> Query:
    if field != "words":
        return shelf.term(field, value, weight)
    in_title = shelf.term("title", value, weight * TITLE)
    anywhere = shelf.term("words", value, weight)
    return Query.boolean_query([(Occur.Should, anywhere), (Occur.Should, in_title)])


def _only(shelf: Shelf, field: str, value: str) -> Query:
    return Query.const_score_query(shelf.term(field, value), 0.0)


def by_name(question: Question, catalogue: Catalogue, limit: int) -> list[Ranked]:
    """Rank organisations by how alike their names are; a ward in the question is also tried as a place."""
    asked = names.folded(question.text)
    if not asked or len(asked) > NAME_LIKE or catalogue.name_shelf is None:
        return []
    near = wards.find(question.text)
    bare = asked
    for ward in near:
        for spelt in (ward, ward.removesuffix("区")):
            bare = bare.replace(names.folded(spelt), "")
    shelf = catalogue.name_shelf
    both = dict.fromkeys(names.pairs(asked) + names.pairs(bare))
    pairs = [(Occur.Should, shelf.term("name", pair)) for pair in both]
    scores: dict[str, float] = {}
    for _, key in shelf.search(Query.boolean_query(pairs), CANDIDATES):
        forms, places = catalogue.forms[key]
        if question.ward and question.ward not in places:
            continue
        score = max(names.likeness(asked, form) for form in forms)
        if bare and bare != asked and set(places) & set(near):
            score = max(score, min(1.0, max(names.likeness(bare, form) for form in forms) + WARD_BONUS))
        scores[key] = score
    best = sorted(scores.items(), key=lambda pair: -pair[1])
    return [Ranked(key, score, score) for key, score in best if score >= SURE_NAME]


def _merged(named: list[Ranked], by_words: list[Ranked]) -> list[Ranked]:
    """Put both rankings into one, each entry at its better place."""
    best = {one.id: Ranked(one.id, min(1.0, one.score) * WORDS_WORTH) for one in by_words}
    for one in named:
        other = best.get(one.id)
        best[one.id] = Ranked(one.id, max(one.score, other.score if other else 0), one.name)
    return sorted(best.values(), key=lambda one: -one.score)
