"""What was mistyped, as the nearest thing that is known: もしかして."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby, takewhile

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.asking.heard import Heard
from knowledge.asking.wanted import READING, SPELLING, SYNONYM, SYNONYM_WEIGHT, Term, Wanted, tell
from knowledge.index.catalogue import Catalogue
from knowledge.index.keys import Keys, sound_keys, text_pairs, word_keys
from knowledge.index.rows import ALIKE, PAIRS, SOUNDS, WORDS
from knowledge.language import names, synonyms
from knowledge.language.text import Word, fold, is_kana, katakana, parts, runs, sound, spoken

CORRECTION_WEIGHT = 0.8
CLOSE_ENOUGH = 0.6  # of RapidFuzz's OSA similarity, which counts a swap as one edit
A_SLIP = 5  # characters for each: コミュニティバス isn't コミュニティカフェ mistyped
CLOSER = 0.75  # for a word as a whole: 冬休み isn't a mistyped 夏休み, and any hiragana looks a little like some word
SOUNDS_ALIKE = 0.9  # what is only said alike is worth: 防さい, 防災
CORRECTED = 6  # corrections of a short text; a long text gets none, since it has enough correct words

_FOREIGN = re.compile(r"[ァ-ヺー]{3,}|[a-z]{3,}")  # a mistyped word may fall into pieces, so it is looked up as a whole
_SAID = re.compile(r"[ぁ-ゖー]{4,}")
_SHORT = re.compile(r"[ぁ-ゖー]{2}")


def correct(
    found: dict[str, Wanted], text: str, read_as: Sequence[Heard], catalogue: Catalogue, *, published: bool
) -> None:
    """Add the nearest known word or phrase for words that stand in no entry of the catalogue."""
    inside = [item for item in found.values() if len(item.word) > 2 and item.is_own and not item.is_known]
    pieces = [item for item in found.values() if item.is_own]
    heard = {one.whole for one in read_as} | {one.piece for one in read_as}
    broken = [run for run in _foreign(text, pieces, catalogue, published) if run not in heard]
    chains = [run for run in _chains(text, catalogue, published) if run not in heard]
    whole = dict.fromkeys((*broken, *chains))
    words_left = [item.word for item in inside if not any(item.word in run for run in whole)]
    for word in (*whole, *words_left)[:CORRECTED]:
        least = CLOSE_ENOUGH if word in whole and not _SAID.fullmatch(word) else CLOSER
        if near := nearest(word, catalogue, least, published=published):
            terms = _terms(word, *near)
            tell(terms, catalogue, published=published)
            _put_right(found, word, terms)


def nearest(word: str, catalogue: Catalogue, least: float, *, published: bool = False) -> tuple[str, float] | None:
    """Return the nearest known (or published) word or phrase, and how near it is; None below `least`."""
    forms = catalogue.spelt_like(word)
    if published:
        forms = [form for form, seen in zip(forms, catalogue.shows(WORDS, word_keys(forms)), strict=True) if seen]
    if same := _said_the_same(word, forms):
        return same, SOUNDS_ALIKE
    most, known = max(1, len(word) // A_SLIP), [*forms, *synonyms.every()]
    every = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=None)
    scored = [(1 - slips / max(len(word), len(form)), form) for form, slips, _ in every if not _is_part(word, form)]
    similarity, form = max(scored, key=lambda pair: (pair[0], -abs(len(pair[1]) - len(word))), default=(0.0, ""))
    return (form, similarity) if similarity >= least else None


def meant(text: str, asked: Sequence[Wanted]) -> str:
    """Return the question with each unknown word replaced by the nearest known one; nothing if there was none.

    A word that one kind of entry knows isn't mistyped, even if another kind doesn't know it.
    """
    changed = said = fold(text)
    known = {item.word for item in asked if any(term.information for term in _as_typed(item))}
    for item in asked:
        near = next((term.value for term in item.terms if term.kind == SPELLING), "")
        if near and not item.is_joined and item.word not in known:
            changed = changed.replace(item.word, near)
    return changed if changed != said else ""


def _as_typed(item: Wanted) -> Iterator[Term]:
    """Yield the ways to find a word without its correction."""
    return takewhile(lambda term: term.kind != SPELLING, item.terms)


def _foreign(text: str, pieces: Sequence[Wanted], catalogue: Catalogue, published: bool) -> Iterator[str]:
    """Yield the foreign words that fell into pieces of which one stands in no entry: ウォーキンク, not フードバンク."""
    for run in _FOREIGN.findall(fold(text)):
        if not _all_there(catalogue, WORDS, word_keys([run]), published):
            inside = [item for item in pieces if item.word in run]
            if not inside or not all(item.is_known for item in inside):
                yield run


def _chains(text: str, catalogue: Catalogue, published: bool) -> Iterator[str]:
    """Yield the chains of pieces that nobody writes: 高令者, cut into three; 介ご予防; まちずくり."""
    for run in runs(fold(text)):
        if _SAID.fullmatch(run) and not _all_there(catalogue, WORDS, word_keys([run]), published):
            yield run
    for joins, chain in groupby(parts(text), lambda word: word.joins):
        words = list(chain)
        if joins and any(map(_is_shred, words)) and _is_unheard_of(words, catalogue, published):
            yield "".join(word.surface for word in words)


def _is_shred(word: Word) -> bool:
    return len(word.surface) == 1 or bool(_SHORT.fullmatch(word.surface))


def _is_unheard_of(words: Sequence[Word], catalogue: Catalogue, published: bool) -> bool:
    """Tell whether some two neighbouring characters, or three neighbouring sounds, stand so in no entry."""
    pairs = text_pairs("".join(word.surface for word in words))
    sounds = sound_keys(spoken(words))
    return not all(_all_there(catalogue, *one, published) for one in ((PAIRS, pairs), (SOUNDS, sounds)))


def _all_there(catalogue: Catalogue, field: str, keys: Keys, published: bool) -> bool:
    told = catalogue.shows(field, keys) if published else catalogue.informations(field, keys)
    return bool(told.all())


def _said_the_same(word: str, forms: Sequence[str]) -> str | None:
    """Return an expression of the domain, or one of some forms, that is said as the word is: 防災 for 防さい."""
    said = _heard(word)
    if said in _expressions():
        return None if _is_part(word, _expressions()[said]) else _expressions()[said]
    may = [form for form in forms if form[0] == word[0]]  # asking how each is said would take most of the time
    return next((form for form in may if not _is_part(word, form) and _heard(form) == said), None)


def _is_part(word: str, form: str) -> bool:
    """Tell whether one is a part of the other: 不登校 isn't 登校 mistyped."""
    return not _FOREIGN.fullmatch(word) and (word in form or form in word)


@cache
def _expressions() -> dict[str, str]:
    return {_heard(one): one for one in reversed(synonyms.every())}


def _heard(text: str) -> str:
    """Return how a text sounds, compared as loosely as names are: ズ is ヅ, and long vowels count as short."""
    return names.folded(sound(text))


def _terms(word: str, near: str, likeness: float) -> list[Term]:
    """Return the corrected word as it is written; if it has synonyms, also as one of those."""
    weight = CORRECTION_WEIGHT * likeness
    is_read = is_kana(word) and katakana(word) == sound(near)  # みまもり is 見守り, and no mistake
    alike = [group for one in synonyms.expressions(near) if one.surface == near for group in one.groups]
    return [
        Term(WORDS, near, weight, READING if is_read else SPELLING),
        *(Term(ALIKE, group, SYNONYM_WEIGHT * weight, SYNONYM) for group in alike),
    ]


def _put_right(found: dict[str, Wanted], word: str, terms: Sequence[Term]) -> None:
    """Let a word also be found as what it was meant to be, not by pieces of it that are nobody's or one character."""
    if terms[0].kind == SPELLING:
        for key in [key for key, item in found.items() if _is_piece(item, word)]:
            del found[key]
    item = next((one for one in found.values() if one.word == word), None)
    (item or found.setdefault(f"{word}?", Wanted(word, stands=True))).terms += terms


def _is_piece(item: Wanted, word: str) -> bool:
    return item.word != word and item.word in word and (len(item.word) == 1 or not item.is_known)
