"""Words, pairs of characters and sounds as 64-bit numbers: what the index is sorted by.

Pairs and sounds are packed (21 bits a character, which holds all of Unicode); words are hashed, and
two of a million words meet by chance once in some ten million indexes.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from knowledge.text import fold, runs

Keys = npt.NDArray[np.int64]
BITS = 21
GAP = "\0"
SOUNDS = 3  # readings are cut into three kana: two say too little, four miss what a typo leaves


@lru_cache(maxsize=100_000)
def word_key(word: str) -> int:
    """Return a word's number."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1


def word_keys(words: Iterable[str]) -> Keys:
    """Return the numbers of words, in their order."""
    return np.fromiter(map(word_key, words), np.int64)


def text_pairs(text: str) -> Keys:
    """Return the overlapping pairs of a text's characters; pairs of hiragana say too little and are left out."""
    return _pairs(runs(fold(text)), hiragana=False)


def name_pairs(forms: Sequence[str]) -> Keys:
    """Return the pairs of folded names or words, their ends marked: one more than each has characters."""
    return _pairs([f"^{form}$" for form in forms], hiragana=True)


def sound_keys(readings: Sequence[str]) -> Keys:
    """Return the overlapping threes of each reading; a shorter one is itself."""
    codes = _codes(readings)
    first, second, third = codes[:-2], codes[1:-1], codes[2:]
    threes = (first << 2 * BITS) | (second << BITS) | third
    threes = threes[(first != 0) & (second != 0) & (third != 0)]
    short = [_packed(reading) for reading in readings if 0 < len(reading) < SOUNDS]
    return np.concatenate([threes, np.array(short, np.int64)]) if short else threes


def _pairs(pieces: Sequence[str], *, hiragana: bool) -> Keys:
    codes = _codes(pieces)
    first, second = codes[:-1], codes[1:]
    kept = (first != 0) & (second != 0)
    if not hiragana:
        kept &= ~(_is_hiragana(first) & _is_hiragana(second))
    pairs = ((first << BITS) | second)[kept]
    single = [ord(piece) << BITS for piece in pieces if len(piece) == 1]
    return np.concatenate([pairs, np.array(single, np.int64)]) if single else pairs


def _codes(pieces: Sequence[str]) -> Keys:
    """Return the characters' numbers, a zero around every piece."""
    text = GAP + GAP.join(pieces) + GAP
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)


def _is_hiragana(codes: Keys) -> npt.NDArray[np.bool_]:
    is_hiragana: npt.NDArray[np.bool_] = ((codes >= ord("ぁ")) & (codes <= ord("ゖ"))) | (codes == ord("ー"))
    return is_hiragana


def _packed(text: str) -> int:
    number = 0
    for char in text:
        number = (number << BITS) | ord(char)
    return number
