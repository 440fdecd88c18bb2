"""Names and ids as they are compared: what looks the same is the same, and what nearly does can be said."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

from knowledge.language.blanks import has_words

CLOSE = 80  # RapidFuzz ratio, set by hand: title and titel are close, memo and theme are not
# Every dash of Unicode (Pd) that is as long as a hyphen or a little longer, the minus sign, and the sign for a long
# vowel, which is beside the hyphen on a Japanese keyboard, between letters and digits.
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63]|(?<=[0-9A-Za-z])ー(?=[0-9A-Za-z])")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)|(?<=\d)\.0$")  # of 00123, and of 123.0 as programs write a column of numbers
_BLANK = re.compile(r"\s")
_SIGNS = re.compile(r"[\W_]+")


@lru_cache(4096)
def plain(text: str) -> str:
    """Return a name or an id in one width, with one kind of dash and blank, without signs that nobody sees."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", text) if has_words(sign) or _BLANK.match(sign))
    return _DASHES.sub("-", " ".join(seen.split()))


@lru_cache(1024)  # a file asks for its columns at every row
def folded(name: str) -> str:
    """Return a column's name as it is compared: plain, without gaps and line breaks, in one case."""
    return plain(name).replace(" ", "").casefold()


def near(name: str) -> str:
    """Return what two ids have in common that a person could take for each other: R5-001, r5_1 and R5 001."""
    return _SIGNS.sub("-", _ZEROS.sub("", plain(name).casefold().replace("_", "-"))).strip("-")


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the one of our names that a column's name is a slip of, if there is one."""
    found = process.extractOne(folded(name), list(names), scorer=fuzz.ratio, score_cutoff=CLOSE)
    return found[0] if found else None
