"""Ranks the entries of one catalogue for one question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from knowledge.asking.question import Question
from knowledge.asking.wanted import Term, Wanted
from knowledge.asking.words import LONG, SHORT, wanted
from knowledge.entries import ORGANISATION
from knowledge.index.catalogue import Catalogue
from knowledge.index.keys import Keys, sound_keys, text_pairs, word_key, word_keys
from knowledge.index.postings import Weights
from knowledge.index.rows import PAIRS, SOUNDS, WORDS, bits
from knowledge.index.scoring import Ask, Limits
from knowledge.language import names, parties, themes, wards
from knowledge.language.text import fold, parts, runs, spoken

PAIRS_WEIGHT, SOUNDS_WEIGHT, SWAPPED_WEIGHT = 0.4, 0.5, 0.4  # beside 1.0 for a word
OF_LONG = {WORDS: 50, PAIRS: 80}  # the most telling of a long text; others cost much time and decide nothing
NOTHING = np.empty(0, np.int64), np.empty(0, np.float32)
LEAST = 0.05  # share of the most telling word; words below it, such as 株式会社, stand in most entries
NAME_LIKE = 40  # folded characters; longer is a text, not a name
CANDIDATES = 60
LEAST_NAME, WARD_BONUS, WORDS_WORTH = 0.5, 0.15, 0.9
NAMED = 0.7  # from this likeness on, an organisation has this name, so its slips need no correction
BY_NAME = 0.6  # from here on the name alone explains an organisation
DOUBTFUL = 0.3  # weight of a name that is less alike: 社協 is no 社会人クラブ, and hits by words come before it
FULL = 2.6  # points per unit of information when every word of the question is met
NEAR = 1.0  # points for the same ward, theme or kind of party as the question's


@dataclass(frozen=True)
class Ranked:
    """One entry's place; `name` is how alike its name is, when it was found by name."""

    id: str
    score: float
    name: float = 0.0


def rank(question: Question, catalogue: Catalogue, limit: int) -> tuple[list[Ranked], list[Wanted]]:
    """Return the best entries and the question's words as they were searched for."""
    named = by_name(question, catalogue, limit) if catalogue.kind == ORGANISATION else []
    is_named = bool(named) and named[0].name >= NAMED
    asked = wanted(question.text, catalogue, published=question.published_only, corrects=not is_named)
    found = catalogue.search(_ask(question.text, asked, catalogue), limits_of(question), limit)
    whole = sum(item.information for item in asked) * FULL or 1.0
    by_words = [Ranked(key, score / whole) for score, key in found]
    if catalogue.kind != ORGANISATION:
        return by_words, asked
    return _merged(named, by_words)[:limit], asked


def _ask(text: str, asked: Sequence[Wanted], catalogue: Catalogue) -> Ask:
    every: dict[str, tuple[Keys, Weights]] = {}
    least = LEAST * max((_worth(term) for item in asked for term in item.terms), default=0.0)
    known = [[term for term in item.terms if _worth(term) > least] for item in asked]
    alone = [terms[0] for terms in known if len(terms) == 1]
    for name in {term.field for term in alone}:
        chosen = [term for term in alone if term.field == name]
        weights = np.array([_worth(term) for term in chosen], np.float32)
        every[name] = word_keys([term.value for term in chosen]), weights
    either = [sorted(map(_way, terms), key=lambda way: way[2]) for terms in known if len(terms) > 1]
    slips = catalogue.kind != ORGANISATION  # a name that was mistyped is found as a name
    every[PAIRS] = _weighed(catalogue, PAIRS, _pairs(text, slips=slips), least)
    said = parts(text)
    is_long = sum(word.tells for word in said) > LONG
    for name, most in OF_LONG.items() if is_long else ():
        keys, weights = every.get(name, NOTHING)
        first = np.argsort(-weights, kind="stable")[:most]
        every[name] = keys[first], weights[first]
    if slips and not is_long:
        sounds = dict.fromkeys(sound_keys(spoken(said)).tolist(), SOUNDS_WEIGHT)
        every[SOUNDS] = _weighed(catalogue, SOUNDS, sounds, least)
    return Ask(every, either)


def _way(term: Term) -> tuple[str, int, float]:
    return term.field, word_key(term.value), _worth(term)


def _worth(term: Term) -> float:
    return term.weight * term.information


def _weighed(catalogue: Catalogue, field: str, keys: Mapping[int, float], least: float) -> tuple[Keys, Weights]:
    found = np.fromiter(keys, np.int64)
    weights = np.fromiter(keys.values(), np.float32) * catalogue.informations(field, found)
    return found[weights > least], weights[weights > least]


def _pairs(text: str, *, slips: bool) -> dict[int, float]:
    """Return the text's pairs of characters; for a short text also those that swapped or shifted characters hide."""
    pairs = dict.fromkeys(text_pairs(text).tolist(), PAIRS_WEIGHT)
    pieces = runs(fold(text))
    if slips and sum(map(len, pieces)) <= 4 * SHORT:
        swapped = [second + first for piece in pieces for first, second in pairwise(piece)]
        across = [one[-1] + other[0] for one, other in pairwise(pieces)]
        for key in text_pairs("\n".join((*swapped, *across))).tolist():
            pairs.setdefault(key, SWAPPED_WEIGHT)
    return pairs


def limits_of(question: Question) -> Limits:
    """Return what an entry must be to be found, and what makes it a little nearer."""
    near = question.near
    places = [*wards.find(question.text), *([near.ward] if near.ward else [])]
    points = [("place", bits(tuple(places)), NEAR)] if places else []
    points += [("theme", word_key(themes.named(near.theme) or near.theme), NEAR)] if near.theme else []
    points += [("party", word_key(party), NEAR)] if (party := parties.named(near.party or "")) else []
    return Limits(
        place=bits((question.ward,)) if question.ward else 0,
        theme=word_key(question.theme) if question.theme else 0,
        party=word_key(question.party) if question.party else 0,
        published=question.published_only,
        near=tuple(points),
    )


def by_name(question: Question, catalogue: Catalogue, limit: int) -> list[Ranked]:
    """Rank organisations by how alike their names are; a ward in the question is also tried as a place."""
    asked = names.folded(question.text)
    if not asked or len(asked) > NAME_LIKE:
        return []
    near = wards.find(question.text)
    bare = _without(asked, near)
    tried = [asked] if bare in ("", asked) else [asked, bare]
    found = catalogue.named_like(tried, limits_of(question), CANDIDATES)
    if not found:
        return []
    forms = [one.form for one in found]
    alike = names.likenesses(asked, forms)
    if bare in tried[1:]:
        here, bared = np.array([bool(one.place & bits(tuple(near))) for one in found]), names.likenesses(bare, forms)
        alike = np.maximum(alike, np.where(here & (bared >= BY_NAME), np.minimum(1.0, bared + WARD_BONUS), 0))
    best: dict[str, float] = {}
    for at in np.argsort(-alike, kind="stable").tolist():
        if alike[at] < LEAST_NAME or len(best) == limit:
            break
        best.setdefault(found[at].id, float(alike[at]))
    return [Ranked(entry_id, score, score) for entry_id, score in best.items()]


def _without(asked: str, places: Sequence[str]) -> str:
    for place in places:
        for spelt in (place, place.removesuffix("区")):
            asked = asked.replace(names.folded(spelt), "")
    return asked


def _merged(named: list[Ranked], by_words: list[Ranked]) -> list[Ranked]:
    """Put both rankings into one, each entry at its better place."""
    best = {one.id: Ranked(one.id, min(1.0, one.score) * WORDS_WORTH) for one in by_words}
    for one in named:
        other = best.get(one.id)
        alike = one.score if one.name >= BY_NAME else one.score * DOUBTFUL
        best[one.id] = Ranked(one.id, max(alike, other.score if other else 0), one.name)
    return sorted(best.values(), key=lambda one: -one.score)
