"""The columns of each kind of entry, and what a row of a file becomes by them."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel

from knowledge.importing.cells import (
    BadValue,
    as_of,
    flag,
    identity,
    items,
    known_ward,
    legal_kind,
    readable,
    text,
    ward,
    year,
)
from knowledge.importing.files.contents import Unreadable
from knowledge.importing.folding import folded, plain
from knowledge.language.blanks import trimmed
from knowledge.language.text import clean
from storage.models.knowledge import Organisation, PastCase, Scheme, WardFact

LONGEST_ID = 200
SAMPLE = "見本"
# What a row says of its entry beside the columns of the table: that it is gone, what its name was before.
SAID_ABOUT = ("retired", "former")
ORIGINAL = "元の{}"  # the extra that keeps what was written, where our column holds something else


@dataclass(frozen=True)
class Shape:
    """How a kind of file becomes a table: its columns, its key, what is required."""

    table: type[SQLModel]
    key: tuple[str, ...]
    required: tuple[str, ...]
    columns: Mapping[str, Callable[[str, Any], Any]]
    other_names: Mapping[str, str]
    spelt: str = "id"  # the column in which two spellings would be two entries

    def name_of(self, column: str) -> str | None:
        """Return our name of a file's column, or None when it is an extra."""
        name = folded(column)
        return name if name in self.columns else self.other_names.get(name)


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
    {"ward": known_ward, "indicator": identity, "value": text, "unit": text, "as_of": as_of, "source": text}, {},
    spelt="indicator",
)  # fmt: skip
SCHEME = Shape(
    Scheme, ("id",), ("id", "name"), {"id": identity, "name": text, "summary": text, "url": text, "source": text}, {}
)
SHAPES = {"case": CASE, "organisation": ORGANISATION, "ward-fact": WARD_FACT, "scheme": SCHEME}


def values(row: Mapping[str, Any], shape: Shape) -> tuple[dict[str, Any], list[str]]:
    """Return the row's values by our columns, the rest under `extra`, and why single cells were left out.

    Raises BadValue when what is required isn't there. An extra column that is there and empty is None.
    """
    made: dict[str, Any] = {"extra": {}}
    left_out: list[str] = []
    for name, value in _named(row, shape).items():
        try:
            _set(made, name, value, shape)
        except BadValue as error:
            if name in shape.required:
                raise
            left_out.append(str(error))
            if name in shape.columns and not isinstance(value, Unreadable):
                made["extra"][ORIGINAL.format(name)] = _plain(value)
    _complete(made, shape)
    return made, left_out


def _set(made: dict[str, Any], name: str, value: Any, shape: Shape) -> None:
    if name not in shape.columns:
        if name != "extra":
            made["extra"][clean(plain(name))] = None if value == "" else _plain(readable(name, value))
        return
    made[name] = shape.columns[name](name, value)
    if shape.columns[name] is as_of and made[name] != text(name, value):
        made["extra"].setdefault(ORIGINAL.format(name), text(name, value))


def _complete(made: dict[str, Any], shape: Shape) -> None:
    for name in shape.required:
        if not made.get(name):
            raise BadValue(f"{name} がありません")
    if any(len(made[name]) > LONGEST_ID for name in shape.key):
        raise BadValue(f"{'・'.join(shape.key)} が{LONGEST_ID}字を超えています")
    if made.get("unit") and made.get("value"):  # 20.1% with the unit % is 20.1
        made["value"] = trimmed(made["value"].removesuffix(made["unit"])) or made["value"]
    if "sample" in shape.columns:
        made["sample"] = made.get("sample") or made.get("source", "").startswith(SAMPLE)


def _named(row: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Give columns our names; a column that has our name already wins."""
    named: dict[str, Any] = dict(row["extra"]) if isinstance(row.get("extra"), dict) else {}
    own = Counter(folded(name) for name in row)
    if len(own) < len(row):
        raise BadValue(f"「{own.most_common(1)[0][0]}」という名前の列が2つあります")
    for name, value in row.items():
        ours = shape.name_of(name)
        if ours is None or (ours != folded(name) and ours in own):
            named[name] = value
        else:
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
