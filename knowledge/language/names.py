"""Organisation names made comparable, and how alike two of them are."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from knowledge.language import kanji
from knowledge.language.blanks import trimmed
from knowledge.language.text import clean, fold, katakana

_LEGAL = (
    "認定特定非営利活動法人|特定非営利活動法人|認定npo法人|npo法人|一般社団法人|公益社団法人|一般財団法人|公益財団法人"
    "|社会福祉法人|学校法人|医療法人社団|医療法人財団|医療法人|宗教法人|労働者協同組合|株式会社|有限会社|合同会社"
    r"|合資会社|合名会社|\(株\)|\(有\)|\(一社\)|\(公社\)|\(一財\)|\(公財\)|\(特非\)|\(福\)|\(学\)"
)
_FORM = re.compile(f"^(?:{_LEGAL})|(?:{_LEGAL})$")
_DROPPED = re.compile(r"[\s\W_ー]+")
_SMALL = str.maketrans("ァィゥェォッャュョヮヵヶヂヅヱヰヲ", "アイウエオツヤユヨワカケジズエイオ")
_JOINED = f"[{kanji.KANJI}ァ-ヶーa-z0-9]"  # what such signs stand beside is one word with them
PARTIAL = 0.8  # what a match of only a part is worth


def folded(name: str) -> str:
    """Return the name without width, case, kana kind, legal form, ー and punctuation."""
    plain = fold(clean(name)).strip()
    while (bare := trimmed(_FORM.sub("", plain))) and bare != plain:
        plain = bare
    return _DROPPED.sub("", katakana(plain).upper().translate(_SMALL))


def without(name: str, text: str) -> str:
    """Return a folded text with a line end wherever the name stands by itself: 国立大学 and 大学院 say no 大学."""
    form = fold(name).strip()
    before = f"(?<!{_JOINED})" if re.match(_JOINED, form) else ""
    after = f"(?!{_JOINED})" if re.match(_JOINED, form[-1:]) else ""
    return re.sub(f"{before}{re.escape(form)}{after}", "\n", text) if form else text


def likenesses(asked: str, forms: Sequence[str]) -> npt.NDArray[np.float32]:
    """Say how alike a folded name is to others, 0 to 1: whole against whole, or what was asked inside the name.

    A short name inside a long question counts less: 「カナガワ」 stands in many.
    """
    whole: npt.NDArray[np.float32] = process.cdist([asked], forms, scorer=fuzz.ratio, dtype=np.float32)[0]
    if len(asked) < 2:
        return (whole / 100).astype(np.float32)
    lengths = np.array([len(form) for form in forms], np.float32)
    part = process.cdist([asked], forms, scorer=fuzz.partial_ratio, dtype=np.float32)[0]
    part *= np.where(lengths < 2, 0, np.minimum(1.0, lengths / len(asked) + 0.2))
    return np.asarray(np.maximum(whole, PARTIAL * part) / 100).astype(np.float32)
