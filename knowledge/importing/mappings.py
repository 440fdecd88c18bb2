"""A mapping file: which columns of somebody's list are ours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from knowledge.importing.cells import BadValue, items, text
from knowledge.importing.columns import ORIGINAL, Shape
from knowledge.importing.files.contents import Unreadable, encoding
from knowledge.importing.folding import folded
from knowledge.importing.formats import LINES_ABOVE, FileNotUnderstood, Header, Row
from knowledge.importing.layouts import Layout, refuse_doubles, shown
from knowledge.language.blanks import has_words

IGNORE = "ignore"
LARGEST = 1 << 20  # bytes


@dataclass(frozen=True)
class Part:
    """Where one of our columns comes from: columns of theirs joined line by line, or a word for every row."""

    headers: tuple[str, ...] = ()
    value: str = ""
    prefix: str = ""


@dataclass
class Mapped(Layout):
    """A table with other names for its columns; what isn't mapped keeps its name and is an extra."""

    source: str
    shape: Shape
    parts: dict[str, Part]
    ignored: frozenset[str] = frozenset()
    unseen: dict[str, str] = field(default_factory=dict)  # what no line had so far, by its folded name
    nearest: list[str] = field(default_factory=list)
    lines: int = 0
    name = "mapping"

    def __post_init__(self) -> None:
        super().__init__()
        self.unseen = {folded(one): one for part in self.parts.values() for one in part.headers}

    def head(self, cells: Sequence[str]) -> Header | None:
        names = {folded(cell) for cell in cells}
        self.lines += 1
        missing = {key: name for key, name in self.unseen.items() if key not in names}
        if not self.nearest or len(missing) < len(self.unseen):
            self.nearest = _shown(cells)
        if missing and (len(missing) < len(self.unseen) or self.lines == LINES_ABOVE):
            raise self._missing(missing)
        if missing:
            return None
        self.unseen = {}
        refuse_doubles(cells, self.ignored)
        self._require(cells)
        return Header(list(cells))

    def ours(self, row: Row) -> Row:
        theirs = {folded(name): (name, value) for name, value in row.items()}
        if self.unseen:
            self.unseen = {key: name for key, name in self.unseen.items() if key not in theirs}
            self.nearest = self.nearest or _shown(list(row))
        ours = {name: self._read(name, part, theirs) for name, part in self.parts.items() if _tells(part, theirs)}
        used = {folded(one) for part in self.parts.values() for one in part.headers} | self.ignored
        for key, (name, value) in theirs.items():
            if key not in used:
                ours[ORIGINAL.format(name) if self.shape.name_of(name) in self.parts else name] = value
        return ours

    def finish(self, path: Path) -> None:
        if self.unseen:
            raise self._missing(self.unseen)

    def _read(self, name: str, part: Part, theirs: dict[str, tuple[str, Any]]) -> Any:
        try:
            return self._made(name, part, theirs)
        except BadValue as error:
            return Unreadable(str(error))

    def _made(self, name: str, part: Part, theirs: dict[str, tuple[str, Any]]) -> Any:
        if part.value:
            return part.value
        found = [theirs[folded(one)][1] for one in part.headers if folded(one) in theirs]
        if part.prefix:
            found = [said and part.prefix + said for said in (text(name, one) for one in found)]
        if len(found) == 1:
            return found[0]
        between = ";" if self.shape.columns[name] is items else "\n"
        return between.join(said for said in (text(name, one) for one in found) if said)

    def _require(self, cells: Sequence[str]) -> None:
        own = {self.shape.name_of(cell) for cell in cells}
        lacking = [name for name in self.shape.required if name not in own and name not in self.parts]
        if lacking:
            raise FileNotUnderstood(
                f"対応表 {self.source} に「{lacking[0]}」に当たる列を書いてください（必ず要る列です）。"
            )

    def _missing(self, missing: dict[str, str]) -> FileNotUnderstood:
        return FileNotUnderstood(
            f"対応表 {self.source} にある列「{'」「'.join(missing.values())}」が、ファイルにありません。"
            f"ファイルの列は「{'」「'.join(self.nearest[:30])}」です。"
        )


def read(path: Path, shape: Shape) -> Mapped:
    """Return a mapping file's contents; raises FileNotUnderstood with what to correct in it."""
    said = _loaded(path)
    parts = {name: _part(path, name, value) for name, value in said.items() if name != IGNORE}
    unknown = [name for name in parts if name not in shape.columns]
    if unknown:
        raise _wrong(
            path, f"「{unknown[0]}」という列はありません。使えるのは {'・'.join([*shape.columns, IGNORE])} です。"
        )
    ignored = _names(path, IGNORE, said.get(IGNORE, []))
    return Mapped(path.name, shape, parts, frozenset(folded(one) for one in ignored))


def _loaded(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise _wrong(path, "対応表としては大きすぎます。")
        # Every word stays the word it is: with other loaders a column called No is False.
        said = yaml.load(path.read_text(encoding(path)), Loader=yaml.BaseLoader)  # noqa: S506  # makes only text
    except OSError as error:
        raise _wrong(path, f"開けません（{error.strerror or error}）。") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise _wrong(path, f"{f'{mark.line + 1}行目が' if mark else ''}YAMLとして読めません。") from error
    if not isinstance(said, dict) or not said or not all(isinstance(name, str) for name in said):
        raise _wrong(path, "「title: 事業名」のように、1行に1列ずつ書いてください。")
    return said


def _part(path: Path, name: str, said: Any) -> Part:
    """Read `title: 事業名`, `body: [内容, 成果]`, `source: {value: 報告書}` or `id: {from: 番号, prefix: R5-}`."""
    if not isinstance(said, dict):
        return Part(_names(path, name, said))
    value, prefix = said.get("value", ""), said.get("prefix", "")
    is_known = set(said) in ({"value"}, {"from"}, {"from", "prefix"})
    if not is_known or not isinstance(value, str) or not isinstance(prefix, str):
        forms = "列の名前か {value: 決まった言葉} か {from: 列の名前, prefix: 頭に付ける字}"
        raise _wrong(path, f"「{name}」には{forms}を書いてください。")
    if set(said) == {"value"}:
        return Part(value=value)
    return Part(_names(path, name, said["from"]), prefix=prefix)


def _names(path: Path, name: str, said: Any) -> tuple[str, ...]:
    names = said if isinstance(said, list) else [said]
    if (not names and name != IGNORE) or not all(isinstance(one, str) and has_words(one) for one in names):
        raise _wrong(path, f"「{name}」に列の名前が書かれていません。")
    return tuple(names)


def _shown(names: Sequence[str]) -> list[str]:
    return [said for name in names if (said := shown(name))]


def _tells(part: Part, theirs: dict[str, tuple[str, Any]]) -> bool:
    return bool(part.value) or any(folded(one) in theirs for one in part.headers)


def _wrong(path: Path, what: str) -> FileNotUnderstood:
    return FileNotUnderstood(f"対応表 {path.name}：{what}")
