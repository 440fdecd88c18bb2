"""The rows of a file, checked and set aside until they are written. A file that breaks off writes nothing."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Self

from knowledge.importing import mappings
from knowledge.importing.cells import BadValue, items
from knowledge.importing.columns import SHAPES, Shape, values
from knowledge.importing.formats import BadRow, FileNotUnderstood, Header, Row, rows
from knowledge.importing.layouts import Layout, Plain
from knowledge.importing.official.corporate_numbers import CorporateNumbers
from knowledge.importing.official.npo_register import NpoRegister

BATCH = 500
IN_MEMORY = 16 << 20  # characters; what is longer waits on the disk
TWICE = "{key} が前の行と同じです（先の行だけを取り込みます）"
OFFICIAL = (CorporateNumbers(), NpoRegister())  # both of organisations
Told = Callable[[int], None]
Key = tuple[str, ...]
Values = dict[str, Any]


@dataclass(frozen=True)
class How:
    """How a file is to be read: with a mapping file, in an official layout, only what lies in a place."""

    mapping: Path | None = None
    layout: str = ""
    only: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A cell that did not go in though its row did: the line in the file and the reason, in Japanese."""

    line: int
    reason: str


@dataclass
class ImportReport:
    """What became of a file's rows, and the layout they were read in; skipped ones are no fault of the file."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    layout: str = ""
    bad: list[BadRow] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # of the file as a whole

    def reasons(self) -> dict[str, list[int]]:
        """Return the lines of the bad rows by their reason, in the order of the file."""
        return _by_reason(self.bad)

    def cells(self) -> dict[str, list[int]]:
        """Return the lines of the cells that were left out by their reason, in the order of the file."""
        return _by_reason(self.left_out)


def _by_reason(told: Sequence[BadRow | LeftOut]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in told:
        found.setdefault(one.reason, []).append(one.line)
    return found


class Checked:
    """The good rows of a file, in batches on the disk, and the report so far."""

    def __init__(self, kind: str, shape: Shape) -> None:
        self.kind, self.shape, self.report = kind, shape, ImportReport()
        self.twice: set[int] = set()  # hashes of the keys that come again, as an older state
        self._aside = SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", newline="\n")  # noqa: SIM115  # see close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what was set aside."""
        self._aside.close()

    def set_aside(self, read: int, part: Sequence[Mapping[str, Any]]) -> None:
        """Keep a batch, with how many rows of the file it took."""
        self._aside.write(json.dumps([read, part], ensure_ascii=False) + "\n")

    def batches(self) -> Iterator[tuple[int, list[Values]]]:
        """Yield what was set aside, batch by batch."""
        self._aside.seek(0)
        for line in self._aside:
            read, part = json.loads(line)
            yield read, part


def check(path: Path, kind: str, how: How | None = None, on_line: Told | None = None) -> Checked:
    """Read a whole file; `on_line` is told how far. Raises FileNotUnderstood, and then nothing was kept."""
    shape = _shape(kind)
    reading = _Reading(path, kind, shape, how or How())
    checked = Checked(kind, shape)
    try:
        reading.into(checked, on_line or (lambda _line: None))
    except BaseException:
        checked.close()
        raise
    return checked


def key_of(shape: Shape, row: Mapping[str, Any]) -> Key:
    """Return what a row is known by."""
    return tuple(row[name] for name in shape.key)


class _Reading:
    """One pass over a file."""

    def __init__(self, path: Path, kind: str, shape: Shape, how: How) -> None:
        self.path, self.kind, self.shape, self.only = path, kind, shape, how.only
        self.seen: set[int] = set()
        self.older: list[Values] = []
        self.layout, self.is_open = self._layout(how)

    def into(self, checked: Checked, on_line: Told) -> None:
        read, part = 0, list[Values]()
        for line, row in rows(self.path, self._head, checked.report.notes.append):
            read += 1
            made = self._made(line, row, checked)
            if made and self._is_first(line, made, checked):
                part.append(made)
            if len(part) == BATCH:
                checked.set_aside(read, part)
                read, part = 0, []
            checked.report.read += 1
            if checked.report.read % BATCH == 0:
                on_line(line)
        self.layout.finish(self.path)
        checked.set_aside(read, part)
        checked.report.layout = self.layout.name
        checked.report.notes += self.layout.notes
        for first in range(0, len(self.older), BATCH):  # at the end, when all organisations of today are known
            checked.set_aside(0, self.older[first : first + BATCH])

    def _layout(self, how: How) -> tuple[Layout, bool]:
        """Return the layout, and whether a table's first line may still choose another."""
        if how.mapping and how.layout:
            raise FileNotUnderstood("--mapping と --layout は、どちらか1つだけ使えます。")
        if how.mapping:
            return mappings.read(how.mapping, self.shape), False
        if not how.layout:
            return Plain(self.shape), self.kind == "organisation"
        named = {layout.name: layout for layout in OFFICIAL}
        if how.layout not in named or self.kind != "organisation":
            raise FileNotUnderstood(f"配布形式は {'・'.join(named)} のいずれかで、種別は organisation です。")
        return named[how.layout], False

    def _head(self, cells: list[str]) -> Header | None:
        if self.is_open:
            self.layout = next((layout for layout in OFFICIAL if layout.fits(cells)), self.layout)
        return self.layout.head(cells)

    def _made(self, line: int, row: Row | BadRow, checked: Checked) -> Values | None:
        report = checked.report
        if isinstance(row, BadRow):
            report.bad.append(row)
            return None
        try:
            if self.layout.is_older(row):
                self._set_older(self.layout.ours(row), checked)
                return None
            if self.only and not self.layout.lies_in(row, self.only):
                report.skipped += 1
                return None
            made, left_out = values(self.layout.ours(row), self.shape)
            report.left_out += [LeftOut(line, reason) for reason in left_out]
            return made
        except BadValue as error:
            report.bad.append(BadRow(line, str(error)))
            return None

    def _set_older(self, ours: Row, checked: Checked) -> None:
        self.older.append({"id": ours["id"], "former": items("former", ours["former"])})
        checked.twice.add(hash(key_of(self.shape, ours)))

    def _is_first(self, line: int, made: Values, checked: Checked) -> bool:
        """Tell whether a row is the first of its key. A later row of the same key is a bad row, and is left out."""
        mark = hash(key_of(self.shape, made))
        if mark in self.seen:
            checked.report.bad.append(BadRow(line, TWICE.format(key="・".join(self.shape.key))))
            return False
        self.seen.add(mark)
        return True


def _shape(kind: str) -> Shape:
    if kind not in SHAPES:
        raise FileNotUnderstood(f"種別「{kind}」はありません。{'・'.join(SHAPES)} のいずれかにしてください。")
    return SHAPES[kind]
