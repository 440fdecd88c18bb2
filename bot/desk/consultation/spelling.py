"""How a text is compared with names, numbers and addresses, however it is written."""

import re
import unicodedata

import regex

from knowledge.language.kanji import common

_STOP = re.compile(r"(?<=[a-z0-9])。(?=[a-z0-9])")  # domains may be written with it (RFC 3490, 3.1)
# A sign and what belongs to it without a place of its own: selectors of a form, accents, and what nobody sees.
_SIGN = regex.compile(r"(.)([\p{Mn}\p{Me}\p{Cf}ﾞﾟ]*)", regex.DOTALL)
_UNSEEN = regex.compile(r"[\p{Cf}\p{Variation_Selector}]")


def level(text: str) -> tuple[str, list[int]]:
    """Return the text as it is compared: one width, small letters, kanji in their common form, nothing unseen.

    Beside it stands where each of its signs began in the text, and where the text ended. What can't be read is a blank.
    """
    hits = list(_SIGN.finditer(text))
    signs = (_even(hit[1]) if not hit[2] else _joined(hit[1], hit[2]) for hit in hits)
    return _STOP.sub(".", common("".join(signs))), [*(hit.start() for hit in hits), len(text)]


def _joined(sign: str, marks: str) -> str:
    whole = unicodedata.normalize("NFKC", sign + _UNSEEN.sub("", marks))  # ｶﾞ and か゛ of two parts are one sign
    return _even(whole if len(whole) == 1 else sign)


def _even(sign: str) -> str:
    if "a" <= sign <= "z" or "぀" <= sign <= "鿿":
        return sign
    if "\ud800" <= sign <= "\udfff" or (sign < " " and sign != "\n"):
        return " "
    if "‐" <= sign <= "―" or sign == "−":
        return "-"
    plain = unicodedata.normalize("NFKC", sign).lower()
    if len(plain) == 1:
        return str(unicodedata.digit(plain, plain)) if plain.isdigit() else plain
    return sign
