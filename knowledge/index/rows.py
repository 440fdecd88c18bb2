"""An entry as the index takes it in: its words, pairs and sounds as keys, its names, and what it is filtered by."""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np

from knowledge.entries import ORGANISATION, Entry
from knowledge.index.keys import GAP, Keys, pairs_of, sounds_of, word_key
from knowledge.language import names, synonyms, wards
from knowledge.language.phrases import phrases
from knowledge.language.text import Word, each, fold, katakana

WORDS, READINGS, ALIKE, PAIRS, SOUNDS = "words", "readings", "alike", "pairs", "sounds"
FIELDS = (WORDS, READINGS, ALIKE, PAIRS, SOUNDS)
PLACES = (*wards.WARDS, wards.WHOLE_CITY)
TOGETHER = 64  # entries whose characters are cut into pairs and sounds at once
TITLE = 2  # how often a title's words count: once more than others
VERSION = 1  # raised when the same entry would give other keys


@dataclass(frozen=True)
class Row:
    """One entry, analysed."""

    id: str
    keys: dict[str, Keys]  # by field, one for each time it is said
    spelt: dict[str, None]  # the normal forms and the phrases, for corrections
    names: tuple[str, ...]  # folded; organisations only
    place: int  # a bit for each of PLACES
    theme: int
    party: int
    published: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """One word of a text as the index wants it; 0 for what it doesn't have."""

    spelt: str  # its normal form, when that is longer than a character
    key: int
    reading: int
    groups: tuple[int, ...]
    chain: str  # what it adds to a chain of readings, or the gap that ends one


_SPACE = re.compile(r"\s+")
_known: dict[object, _Said] = {}


def rows(entries: Sequence[Entry]) -> Iterator[Row]:
    """Analyse many entries, on every core. Sudachi takes most of the time, and lets other threads run meanwhile."""
    pieces = [entries[start : start + TOGETHER] for start in range(0, len(entries), TOGETHER)]
    made = map(_rows, pieces) if len(pieces) < 2 or cores() < 2 else _threads().map(_rows, pieces)
    return chain.from_iterable(made)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), "analysis")  # they stay: each has a tokenizer of its own


def _rows(entries: Sequence[Entry]) -> list[Row]:
    texts = [fold("\n".join((*entry.fields.values(), *[entry.title] * (TITLE - 1)))) for entry in entries]
    said = [each(text, _known, _said) for text in texts]
    sounds = sounds_of(["".join([word.chain for word in one]) for one in said])
    return list(map(_row, entries, texts, said, pairs_of(texts), sounds))


def _row(entry: Entry, text: str, said: Sequence[_Said], pairs: Keys, sounds: Keys) -> Row:
    telling = [word for word in said if word.key]
    expressions = synonyms.expressions(text)
    own = [word_key(group) for expression in expressions for group in expression.groups]
    spelt = dict.fromkeys(word.spelt for word in telling if word.spelt)
    longer = [phrase for phrase in phrases(text, expressions) if phrase not in spelt]
    return Row(
        id=entry.id,
        keys={
            WORDS: np.array([word.key for word in telling] + [word_key(one) for one in longer], np.int64),
            READINGS: np.array([word.reading for word in telling if word.reading], np.int64),
            ALIKE: np.array([group for word in telling for group in word.groups] + own, np.int64),
            PAIRS: pairs,
            SOUNDS: sounds,
        },
        spelt=spelt | dict.fromkeys(longer),
        names=_names(entry),
        place=bits(entry.wards),
        theme=word_key(entry.theme) if entry.theme else 0,
        party=word_key(entry.party) if entry.party else 0,
        published=entry.published,
    )


def _said(word: Word) -> _Said:
    return _Said(
        spelt=word.form if len(word.form) > 1 else "",
        key=word_key(word.form) if word.tells else 0,
        reading=word_key(word.reading) if word.tells and len(word.reading) > 1 else 0,
        groups=tuple(map(word_key, word.groups)) if word.tells else (),
        chain=_SPACE.sub(GAP, katakana(word.reading)) if word.joins else GAP,
    )


def bits(places: tuple[str, ...]) -> int:
    """Return wards as a bit each."""
    return sum(1 << PLACES.index(place) for place in dict.fromkeys(places) if place in PLACES)


def _names(entry: Entry) -> tuple[str, ...]:
    if entry.kind != ORGANISATION:
        return ()
    return tuple(dict.fromkeys(form for name in entry.names if (form := names.folded(name))))
