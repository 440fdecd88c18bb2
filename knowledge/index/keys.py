"""Words, pairs of characters and sounds as 64-bit numbers: what the index is sorted by.

Pairs and sounds are packed (21 bits a character, which holds all of Unicode); words are hashed, and
two of a million words meet by chance once in some ten million indexes.
"""

import sys
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from knowledge.language.text import fold

Keys = npt.NDArray[np.int64]
BITS = 21
GAP = "\0"


@lru_cache(maxsize=100_000)
def word_key(word: str) -> int:
    """Return a word's number."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


def word_keys(words: Iterable[str]) -> Keys:
    """Return the numbers of words, in their order."""
    return np.fromiter(map(word_key, words), np.int64)


def text_pairs(text: str) -> Keys:
    """Return the overlapping pairs of a text's characters; pairs of hiragana say too little and are left out."""
    return pairs_of([fold(text)])[0]


def pairs_of(folded: Sequence[str]) -> list[Keys]:
    """Return text_pairs() of each of many folded texts at once: for one text the call costs more than the cutting."""
    codes, ends = _codes(folded)
    codes[~_is_letter()[codes]] = 0
    is_hiragana = ((codes >= ord("ぁ")) & (codes <= ord("ゖ"))) | (codes == ord("ー"))
    return _split(*_pairs(codes, ~(is_hiragana[1:-1] & is_hiragana[2:])), ends)


def name_pairs(forms: Sequence[str]) -> Keys:
    """Return the pairs of folded names or words, their ends marked: one more than each has characters."""
    codes, _ = _codes([f"^{form}$" for form in forms])
    pairs, kept = _pairs(codes, np.ones(len(codes) - 2, bool))
    return pairs[kept]


def sound_keys(readings: Sequence[str]) -> Keys:
    """Return the overlapping threes of each reading (two say too little, four miss what a typo leaves).

    A shorter reading is itself.
    """
    return sounds_of([GAP.join(readings)])[0]


def sounds_of(chained: Sequence[str]) -> list[Keys]:
    """Return sound_keys() of each of many rows of readings, which stand in one text with gaps between."""
    codes, ends = _codes(chained)
    before, first, second, third = codes[:-3], codes[1:-2], codes[2:-1], codes[3:]
    starts = (first != 0) & ((before == 0) | ((second != 0) & (third != 0)))
    sounds = np.where(second != 0, (first << BITS) | second, first)
    sounds = np.where((second != 0) & (third != 0), (sounds << BITS) | third, sounds)
    return _split(sounds, starts, ends)


def _pairs(codes: Keys, kept: npt.NDArray[np.bool_]) -> tuple[Keys, npt.NDArray[np.bool_]]:
    """Return what begins at each character but the first, and whether it counts: a pair, or a character alone."""
    before, first, second = codes[:-2], codes[1:-1], codes[2:]
    return (first << BITS) | second, (first != 0) & np.where(second != 0, kept, before == 0)


def _split(found: Keys, kept: npt.NDArray[np.bool_], ends: npt.NDArray[np.int64]) -> list[Keys]:
    """Return what counts, by text."""
    return np.split(found[kept], np.cumsum(kept)[ends[:-1] - 1])


def _codes(texts: Sequence[str]) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Return the characters' numbers, zeros around each text, and where each ends."""
    text = f"{GAP}{GAP.join(texts)}{GAP}{GAP}"
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    return codes, np.cumsum([len(one) + 1 for one in texts])


@cache
def _is_letter() -> npt.NDArray[np.bool_]:
    """Tell of each character whether it is a letter or a digit, not a space, a sign or a symbol."""
    return np.strings.isalnum(np.arange(sys.maxunicode + 1, dtype=np.uint32).view("U1"))
