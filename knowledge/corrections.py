"""What was mistyped, as the nearest thing that is known: もしかして."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile

from rapidfuzz.distance import OSA

from knowledge import names, synonyms
from knowledge.heard import Heard
from knowledge.index.catalogue import Catalogue
from knowledge.index.keys import Keys, sound_keys, text_pairs, word_keys
from knowledge.index.rows import ALIKE, PAIRS, SOUNDS, WORDS
from knowledge.text import Word, fold, katakana, parts, runs, spoken
from knowledge.wanted import READING, SPELLING, SYNONYM, SYNONYM_WEIGHT, Term, Wanted, tell

CORRECTION_WEIGHT = 0.8
CLOSE_ENOUGH = 0.6  # of RapidFuzz's OSA similarity, which counts a swap as one edit
SAID_CLOSE = 0.75  # of what is typed in hiragana alone: any sentence is somewhat like some word
SOUNDS_ALIKE = 0.9  # what is only said alike is worth: 防さい, 防災
CORRECTED = 6  # things put right, and none in a long text: it has enough right ones

_FOREIGN = re.compile(r"[ァ-ヺー]{3,}|[a-z]{3,}")  # mistyped, it falls into shreds: looked up whole
_SAID = re.compile(r"[ぁ-ゖー]{4,}")


def correct(
    found: dict[str, Wanted], text: str, read_as: Sequence[Heard], catalogue: Catalogue, *, published: bool
) -> None:
    """Add the nearest known word or phrase for what nothing of the catalogue is written as."""
    inside = [item for item in found.values() if len(item.word) > 2 and item.is_own and not item.is_known]
    pieces = [item for item in found.values() if item.is_own]
    heard = {one.whole for one in read_as} | {one.piece for one in read_as}
    broken = [run for run in _foreign(text, pieces, catalogue, published) if run not in heard]
    chains = [run for run in _chains(text, catalogue, published) if run not in heard]
    whole = dict.fromkeys((*broken, *chains))
    words_left = [item.word for item in inside if not any(item.word in run for run in whole)]
    for word in (*whole, *words_left)[:CORRECTED]:
        if near := nearest(word, catalogue, published=published, is_chain=word in chains):
            terms = _terms(word, *near)
            tell(terms, catalogue, published=published)
            _put_right(found, word, terms)


def nearest(
    word: str, catalogue: Catalogue, *, published: bool = False, is_chain: bool = False
) -> tuple[str, float] | None:
    """Return the known word or phrase, or the one published, that is nearest, and how near; None when none is near.

    A chain of words is near to what is as long, give or take a character, or is said alike.
    """
    forms = catalogue.spelt_like(word)
    if published:
        forms = [form for form, seen in zip(forms, catalogue.shows(WORDS, word_keys(forms)), strict=True) if seen]
    if is_chain:
        said, every = names.folded(_sound(word)), dict.fromkeys((*forms, *synonyms.every()))
        scored = [(_chain_likeness(word, form, said), form) for form in every]
    else:
        scored = [(OSA.normalized_similarity(word, form), form) for form in forms]
    similarity, form = max(scored, key=lambda pair: (pair[0], -abs(len(pair[1]) - len(word))), default=(0.0, ""))
    return (form, similarity) if similarity >= (SAID_CLOSE if _SAID.fullmatch(word) else CLOSE_ENOUGH) else None


def meant(text: str, asked: Sequence[Wanted]) -> str:
    """Return the question with unknown words as the known ones they are nearest to; nothing when none was.

    A word that one kind of entry knows isn't mistyped because another doesn't.
    """
    changed = said = fold(text)
    known = {item.word for item in asked if any(term.information for term in _as_typed(item))}
    for item in asked:
        near = next((term.value for term in item.terms if term.kind == SPELLING), "")
        if near and not item.is_joined and item.word not in known:
            changed = changed.replace(item.word, near)
    return changed if changed != said else ""


def _as_typed(item: Wanted) -> Iterator[Term]:
    """Yield the ways to find a word that were there before it was put right."""
    return takewhile(lambda term: term.kind != SPELLING, item.terms)


def _foreign(text: str, pieces: Sequence[Wanted], catalogue: Catalogue, published: bool) -> Iterator[str]:
    """Yield the foreign words that fell into pieces, one of which nobody has: ウォーキンク, not フードバンク."""
    for run in _FOREIGN.findall(fold(text)):
        if not _all_there(catalogue, WORDS, word_keys([run]), published):
            inside = [item for item in pieces if item.word in run]
            if not inside or not all(item.is_known for item in inside):
                yield run


def _chains(text: str, catalogue: Catalogue, published: bool) -> Iterator[str]:
    """Yield the chains of shreds that nobody writes: 高令者, cut into three; 介ご予防; まちずくり."""
    for run in runs(fold(text)):
        if _SAID.fullmatch(run) and not _all_there(catalogue, WORDS, word_keys([run]), published):
            yield run
    for joins, chain in groupby(parts(text), lambda word: word.joins):
        words = list(chain)
        if joins and any(map(_is_shred, words)) and _is_unheard_of(words, catalogue, published):
            yield "".join(word.surface for word in words)


def _is_shred(word: Word) -> bool:
    return len(word.surface) == 1


def _is_unheard_of(words: Sequence[Word], catalogue: Catalogue, published: bool) -> bool:
    """Tell whether two of the characters, or three of the sounds, stand beside each other in no entry."""
    pairs = text_pairs("".join(word.surface for word in words))
    sounds = sound_keys(spoken(words))
    return not all(_all_there(catalogue, *one, published) for one in ((PAIRS, pairs), (SOUNDS, sounds)))


def _all_there(catalogue: Catalogue, field: str, keys: Keys, published: bool) -> bool:
    told = catalogue.shows(field, keys) if published else catalogue.informations(field, keys)
    return bool(told.all())


def _chain_likeness(word: str, form: str, said: str) -> float:
    if word in form or form in word:  # 不登校 isn't 登校 mistyped
        return 0.0
    if said == names.folded(_sound(form)):
        return SOUNDS_ALIKE
    return OSA.normalized_similarity(word, form) if abs(len(word) - len(form)) < 2 else 0.0


def _sound(text: str) -> str:
    return "".join(spoken(parts(text)))


def _terms(word: str, near: str, likeness: float) -> list[Term]:
    """Return what was meant as it is written, and where the domain has other words for it, as one of those."""
    weight = CORRECTION_WEIGHT * likeness
    is_read = _SAID.fullmatch(word) and katakana(word) == _sound(near)  # みまもり is 見守り, and no mistake
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
