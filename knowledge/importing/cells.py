"""What a cell of a file becomes: words, ids, lists, dates, a yes or a no; or the reason why it is none."""

import json
import re
import unicodedata
from datetime import datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from knowledge.importing import dates
from knowledge.importing.files.contents import Unreadable
from knowledge.importing.folding import plain
from knowledge.importing.formulas import unguarded
from knowledge.language import wards
from knowledge.language.blanks import has_words, trimmed
from knowledge.language.text import clean

_TRUE = {"true", "1", "1.0", "yes", "y", "はい", "○", "〇", "公開", "有", "済"}
_FALSE = {"", "false", "0", "0.0", "no", "n", "いいえ", "×", "非公開", "無", "none"}
# What a spreadsheet writes instead of a value: its errors, and a number too wide for its column.
_ERROR = re.compile(r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|GETTING_DATA)|#{3,}")
_SHORTENED = re.compile(r"\d(\.\d+)?E\+\d+")  # and of a long number that it showed in short
_DIGITS = 15  # of a number are kept by a spreadsheet (IEEE 754)
# The kinds of the official corporate-number register (法人種別).
_REGISTER = {
    "101": "国の機関", "201": "地方公共団体", "301": "株式会社", "302": "有限会社", "303": "合名会社",
    "304": "合資会社", "305": "合同会社", "399": "その他の設立登記法人", "401": "外国会社等", "499": "その他",
}  # fmt: skip


class BadValue(ValueError):
    """A value that can't be stored as its column; the message is the reason a person reads."""


def text(name: str, value: Any) -> str:
    """Return a cell as clean text; raises BadValue when it is no text, or none that a person wrote."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and value.isalnum() and has_words(value):
        return value  # most cells of a register need no cleaning
    if isinstance(value, (dict, list)):
        raise BadValue(f"{name} は文ではなく一覧や組になっています")
    value = readable(name, value)
    return trimmed(clean(unguarded((_number(value) if isinstance(value, float) else str(value)).strip())))


def readable(name: str, value: Any) -> Any:
    """Return a cell, or raise BadValue when nobody can read it; a spreadsheet keeps every date as a moment."""
    if isinstance(value, Unreadable):
        raise BadValue(f"{name} の{value.reason}")
    if isinstance(value, str) and _ERROR.fullmatch(value.strip()):
        raise BadValue(f"{name} が「{value.strip()}」となっています（表計算ソフトの誤り）")
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value


def _number(value: float) -> str:
    """Return a number as a spreadsheet shows it: 3 for 3.0, and 0.3 for 0.30000000000000004."""
    exact = Decimal(f"{value:.{_DIGITS}g}")
    return str(value) if not exact.is_finite() else f"{exact:f}" if exact else "0"


def identity(name: str, value: Any) -> str:
    """Return what an entry is known by, in one form: ００１ and 001 are the same. A number with lost digits is none."""
    said = text(name, plain(value) if isinstance(value, str) else value)
    if _SHORTENED.fullmatch(said) or (isinstance(value, float) and abs(value) >= 10**_DIGITS):
        raise BadValue(f"{name} の桁が表計算ソフトで失われています（{said}）。列を文字列にして保存し直してください")
    return said


def legal_kind(name: str, value: Any) -> str:
    """Return the kind of an organisation; the register's codes become their words."""
    said = text(name, value)
    return _REGISTER.get(said, said)


def items(name: str, value: Any) -> list[str]:
    """Return a JSON list, or what stands between semicolons or on lines of their own."""
    if isinstance(value, str) and value.strip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise BadValue(f"{name} の一覧 […] が閉じていないなど、JSONとして読めません") from None
    if isinstance(value, list):
        return [one for part in value if (one := text(name, part))]
    return [one.strip() for one in re.split("[;；\n]", text(name, value)) if has_words(one)]


def flag(name: str, value: Any) -> bool:
    """Return yes or no."""
    said = unicodedata.normalize("NFKC", text(name, value)).lower()
    if said in _TRUE | _FALSE:
        return said in _TRUE
    raise BadValue(f"{name} は true か false で書いてください")


def year(name: str, value: Any) -> int | None:
    """Return a year of the common era: 2023, 2023年度, 令和5年度, R5 and any day are understood."""
    period = _period(name, value, "2023、令和5年度")
    return int(period.key[:4]) if period else None


def as_of(name: str, value: Any) -> str:
    """Return a day, a month or a year in its one form, so that the same date is the same key."""
    period = _period(name, value, "2024-04-01、令和6年4月1日、令和6年度")
    return period.key if period else ""


def _period(name: str, value: Any, examples: str) -> dates.Period | None:
    said = text(name, value)
    period = dates.read(said)
    if said and not period:
        raise BadValue(f"{name} が{'年' if name == 'year' else '日付'}として読めません（例：{examples}）")
    return period


def ward(name: str, value: Any) -> str:
    """Return the ward's own spelling. A text that names no ward is kept as it is written."""
    return _ward(text(name, value))


@lru_cache(1024)  # a register names the same towns again and again
def _ward(said: str) -> str:
    named = wards.find(said)
    return wards.exact(said) or (named[0] if len(named) == 1 else said)


def known_ward(name: str, value: Any) -> str:
    """Return the ward's own spelling, or refuse."""
    found = ward(name, value)
    if found and found not in (*wards.WARDS, wards.WHOLE_CITY):
        raise BadValue(f"{name} が横浜市の18区にも市全域にも当たりません")
    return found
