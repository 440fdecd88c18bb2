"""An entry as the index takes it in: its words, pairs and sounds as keys, its names, and what it is filtered by."""

from dataclasses import dataclass

import numpy as np

from knowledge import names, synonyms, wards
from knowledge.entries import ORGANISATION, Entry
from knowledge.index.keys import Keys, sound_keys, text_pairs, word_key
from knowledge.text import Word, each, katakana

WORDS, READINGS, ALIKE, PAIRS, SOUNDS = "words", "readings", "alike", "pairs", "sounds"
FIELDS = (WORDS, READINGS, ALIKE, PAIRS, SOUNDS)
PLACES = (*wards.WARDS, wards.WHOLE_CITY)
TITLE = 2  # a title's words count so often: once more than those of the rest
VERSION = 1  # raised when the same entry would give other keys


@dataclass(frozen=True)
class Row:
    """One entry, analysed."""

    id: str
    keys: dict[str, Keys]  # by field, one for each time it is said
    spelt: dict[str, None]  # the normal forms, for corrections
    names: tuple[str, ...]  # folded; organisations only
    place: int  # a bit for each of PLACES
    theme: int
    party: int
    published: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """One word of a text as the index wants it; 0 for what it doesn't have."""

    form: str
    key: int
    reading: int
    groups: tuple[int, ...]
    chain: str  # what it adds to a chain of readings, or the space that ends one


_known: dict[object, _Said] = {}


def row(entry: Entry) -> Row:
    """Analyse an entry."""
    text = "\n".join((*entry.fields.values(), *[entry.title] * (TITLE - 1)))
    said = each(text, _known, _said)
    telling = [word for word in said if word.key]
    own = [group for expression in synonyms.expressions(text) for group in expression.groups]
    return Row(
        id=entry.id,
        keys={
            WORDS: np.array([word.key for word in telling], np.int64),
            READINGS: np.array([word.reading for word in telling if word.reading], np.int64),
            ALIKE: np.array([group for word in telling for group in word.groups] + [*map(word_key, own)], np.int64),
            PAIRS: text_pairs(text),
            SOUNDS: sound_keys("".join([word.chain for word in said]).split()),
        },
        spelt=dict.fromkeys(word.form for word in telling if len(word.form) > 1),
        names=_names(entry),
        place=bits(entry.wards),
        theme=word_key(entry.theme) if entry.theme else 0,
        party=word_key(entry.party) if entry.party else 0,
        published=entry.published,
    )


def _said(word: Word) -> _Said:
    return _Said(
        form=word.form,
        key=word_key(word.form) if word.tells else 0,
        reading=word_key(word.reading) if word.tells and len(word.reading) > 1 else 0,
        groups=tuple(map(word_key, word.groups)) if word.tells else (),
        chain=katakana(word.reading) if word.joins else " ",
    )


def bits(places: tuple[str, ...]) -> int:
    """Return wards as a bit each."""
    return sum(1 << PLACES.index(place) for place in dict.fromkeys(places) if place in PLACES)


def _names(entry: Entry) -> tuple[str, ...]:
    if entry.kind != ORGANISATION:
        return ()
    return tuple(dict.fromkeys(form for name in entry.names if (form := names.folded(name))))
