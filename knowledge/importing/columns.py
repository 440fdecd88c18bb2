"""What a row of a file becomes: the columns of each kind, checked and put in order."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from sqlmodel import SQLModel

from knowledge.importing.formulas import unguarded
from knowledge.language import wards
from knowledge.language.blanks import has_words, trimmed
from knowledge.language.text import clean
from storage.models.knowledge import Organisation, PastCase, Scheme, WardFact

LONGEST_ID = 200
SAMPLE = "見本"
# What a row says of its entry beside the columns of the table: that it is gone, what its name was before.
SAID_ABOUT = ("retired", "former")
_TRUE = {"true", "1", "1.0", "yes", "y", "はい", "○", "〇", "公開", "有", "済"}
_FALSE = {"", "false", "0", "0.0", "no", "n", "いいえ", "×", "非公開", "無", "none"}
_YEAR = re.compile(r"(令和|平成|R|H)?\s*(\d{1,4}|元)\s*(年度|年)?(\.0)?")
_ERA = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
# The kinds of the official corporate-number register (法人種別).
_REGISTER = {
    "101": "国の機関", "201": "地方公共団体", "301": "株式会社", "302": "有限会社", "303": "合名会社",
    "304": "合資会社", "305": "合同会社", "399": "その他の設立登記法人", "401": "外国会社等", "499": "その他",
}  # fmt: skip


class BadValue(ValueError):
    """A value that can't be stored as its column; the message is the reason a person reads."""


@dataclass(frozen=True)
class Shape:
    """How a kind of file becomes a table: its columns, its key, what is required."""

    table: type[SQLModel]
    key: tuple[str, ...]
    required: tuple[str, ...]
    columns: Mapping[str, Callable[[str, Any], Any]]
    other_names: Mapping[str, str]


def text(name: str, value: Any) -> str:
    """Return a cell as clean text."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and value.isalnum() and has_words(value):
        return value  # most cells of a register need no cleaning
    if isinstance(value, (dict, list)):
        raise BadValue(f"{name} は文ではなく一覧や組になっています")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # spreadsheets keep every number as a fraction
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()  # and every date as a moment
    return trimmed(clean(unguarded(str(value).strip())))


def identity(name: str, value: Any) -> str:
    """Return an id in one width: ００１ and 001 are the same."""
    return unicodedata.normalize("NFKC", text(name, value)).strip()


def legal_kind(name: str, value: Any) -> str:
    """Return the kind of an organisation; the register's codes become their words."""
    said = text(name, value)
    return _REGISTER.get(said, said)


def items(name: str, value: Any) -> list[str]:
    """Return a JSON list, or what stands between semicolons."""
    if isinstance(value, str) and value.strip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise BadValue(f"{name} の一覧 […] が閉じていないなど、JSONとして読めません") from None
    if isinstance(value, list):
        return [one for part in value if (one := text(name, part))]
    return [one.strip() for one in re.split("[;；]", text(name, value)) if has_words(one)]


def flag(name: str, value: Any) -> bool:
    """Return yes or no."""
    said = unicodedata.normalize("NFKC", text(name, value)).lower()
    if said in _TRUE | _FALSE:
        return said in _TRUE
    raise BadValue(f"{name} は true か false で書いてください")


def year(name: str, value: Any) -> int | None:
    """Return a year of the common era: 2023, 2023年度, 令和5年度 and R5 are understood."""
    said = unicodedata.normalize("NFKC", text(name, value))
    if not said:
        return None
    hit = _YEAR.fullmatch(said)
    number = (1 if hit[2] == "元" else int(hit[2])) + _ERA.get(hit[1] or "", 0) if hit else 0
    if not 1800 <= number <= 2200:
        raise BadValue(f"{name} が年として読めません（例：2023、令和5年度）")
    return number


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


CASE = Shape(
    PastCase, ("id",), ("id", "title"),
    {"id": identity, "title": text, "summary": text, "body": text, "ward": ward, "theme": text, "schemes": items,
     "organisations": items, "year": year, "source": text, "published": flag, "sample": flag, "retired": flag},
    {},
)  # fmt: skip
ORGANISATION = Shape(
    Organisation, ("id",), ("id", "name"),
    {"id": identity, "name": text, "kana": text, "aliases": items, "ward": ward, "address": text, "kind": legal_kind,
     "url": text, "source": text, "sample": flag, "retired": flag, "former": items},
    {"city": "ward", "addr": "address", "old": "aliases", "closed": "retired", "previous_names": "aliases"},
)  # fmt: skip
WARD_FACT = Shape(
    WardFact, ("ward", "indicator", "as_of"), ("ward", "indicator", "as_of"),
    {"ward": known_ward, "indicator": text, "value": text, "unit": text, "as_of": text, "source": text}, {},
)  # fmt: skip
SCHEME = Shape(
    Scheme, ("id",), ("id", "name"), {"id": identity, "name": text, "summary": text, "url": text, "source": text}, {}
)
SHAPES = {"case": CASE, "organisation": ORGANISATION, "ward-fact": WARD_FACT, "scheme": SCHEME}


def values(row: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Return the row's values by our columns, the rest under `extra`; raises BadValue with a reason.

    An extra column that is there and empty is None.
    """
    named = _named(row, shape)
    made: dict[str, Any] = {"extra": {}}
    for name, value in named.items():
        if name in shape.columns:
            made[name] = shape.columns[name](name, value)
        elif name != "extra":
            made["extra"][clean(name)] = None if value == "" else _plain(value)
    for name in shape.required:
        if not made.get(name):
            raise BadValue(f"{name} がありません")
    if any(len(made[name]) > LONGEST_ID for name in shape.key):
        raise BadValue(f"{'・'.join(shape.key)} が{LONGEST_ID}字を超えています")
    if "sample" in shape.columns:
        made["sample"] = made.get("sample") or made.get("source", "").startswith(SAMPLE)
    return made


def _named(row: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Give columns our names; a column that has our name already wins."""
    named: dict[str, Any] = dict(row["extra"]) if isinstance(row.get("extra"), dict) else {}
    lowered = {name.strip().lower() if name.isascii() else name: value for name, value in row.items()}
    for name, value in lowered.items():
        ours = shape.other_names.get(name, name)
        if ours == name or ours not in lowered:
            named[ours] = value
    return named


def _plain(value: Any) -> Any:
    """Return a value that every database can keep as JSON."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(name)): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return str(value)
    return value if isinstance(value, (bool, int, float)) or value is None else clean(str(value))
