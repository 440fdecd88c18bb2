"""Kanji that are written in more than one way, made one: 渡邉 is 渡辺, 髙橋 is 高橋, 𠮷野 is 吉野."""

import re
import unicodedata
from pathlib import Path

FILE = Path(__file__).with_name("kanji.txt")

# What may stand between the brackets of a pattern. Source: Unicode, Blocks.txt.
# ⺀ to ⿕ are parts of kanji, planes 2 and 3 hold nothing else.
SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # they say which form of the sign before them is meant
KANJI = "々〆ヶ⺀-⿕㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003fffd" + SELECTORS

_SELECTOR = re.compile(f"[{SELECTORS}]")
_COMPATIBLE = (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))  # NFKC has an equal for these


def common(text: str) -> str:
    """Return the text with each kanji in its common form, and every sign where it was."""
    # Most texts have none, and to tell that costs a twentieth of looking up every sign.
    return text.translate(_COMMON) if _OTHER.search(text) or _BEYOND.search(text) else text


def one(text: str) -> str:
    """Return the text as every way to write its kanji gives it: in the common form, without variation selectors."""
    return _SELECTOR.sub("", common(text))


def read(text: str) -> dict[str, str]:
    """Return the common form of each kanji that has another one; a line of the file holds groups, # starts a remark."""
    groups = " ".join(line.partition("#")[0] for line in text.splitlines()).split()
    return {other: group[0] for group in groups for other in group[1:]}


def _table() -> dict[str, str]:
    """Return the file's groups, and what Unicode itself calls the same sign."""
    known = read(FILE.read_text("utf-8"))
    plain = {sign: unicodedata.normalize("NFKC", sign) for sign in map(chr, _COMPATIBLE)}
    return {sign: known.get(same, same) for sign, same in plain.items() if same != sign} | known


_COMMON = str.maketrans(_table())
_OTHER = re.compile(f"[{''.join(chr(code) for code in _COMMON if code < 0x10000)}]")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
