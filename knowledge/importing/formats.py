"""Rows of people's real files: CSV, XLSX, JSON and JSONL, also CSV and JSON in a ZIP."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from knowledge.importing.files import books, tables
from knowledge.importing.files.contents import (
    BadRow,
    FileNotUnderstood,
    Unreadable,
    encoding,
    form,
    line_count,
    opened,
)
from knowledge.importing.files.tables import LINES_ABOVE, LONGEST_CELL
from knowledge.importing.formulas import unguarded
from knowledge.language.blanks import has_words

__all__ = ["LINES_ABOVE", "BadRow", "FileNotUnderstood", "Header", "Row", "first_line", "length", "rows"]

NO_ENCODING = "文字コードがUTF-8でもShift_JIS（CP932）でもありません"
Row = dict[str, Any]
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Header:
    """The names of a table's columns, and whether the line they were taken from is itself a row."""

    names: list[str]
    is_row: bool = False


Head = Callable[[list[str]], Header | None]
Note = Callable[[str], None]
Cells = list[Any]


def first_line(cells: list[str]) -> Header:
    """Take the first line that isn't empty for the names of the columns."""
    return Header(cells)


def no_note(_said: str) -> None:
    """Tell nobody."""


def rows(path: Path, head: Head = first_line, note: Note = no_note) -> Iterator[tuple[int, Row | BadRow]]:
    """Yield every row with its line; a row that can't be read comes as a BadRow, such a cell as Unreadable.

    `head` is shown a table's first lines until it names the columns; `note` is told what of the file was left
    unread. Raises FileNotUnderstood for a missing file, an unknown ending, or contents that don't fit it.
    """
    readers = {".csv": _csv, ".tsv": _csv, ".txt": _csv, ".xlsx": _xlsx, ".json": _json, ".jsonl": _jsonl}
    try:
        reader = readers.get(form(path))
        if reader is None:
            raise FileNotUnderstood(
                f"{path.name} の形式は読めません。CSV・XLSX・JSON・JSONL か、CSVを1つだけ入れたZIPにしてください。"
            )
        yield from reader(path, head, note)
    except OSError as error:
        raise FileNotUnderstood(f"{path.name} を開けません（{error.strerror or error}）。") from error
    except UnicodeError as error:
        raise FileNotUnderstood(f"{path.name} は{NO_ENCODING}。保存し直してください。") from error


def length(path: Path) -> int:
    """Say about how many lines a file has, to show progress; 0 when that isn't known."""
    try:
        return books.length(path) if form(path) == ".xlsx" else line_count(path)
    except (FileNotUnderstood, OSError, UnicodeError):
        return 0  # the reason is given when it is read


def _csv(path: Path, head: Head, note: Note) -> Iterator[tuple[int, Row | BadRow]]:
    yield from _table(tables.cells(path), head, path, note)


def _xlsx(path: Path, head: Head, note: Note) -> Iterator[tuple[int, Row | BadRow]]:
    yield from _table(books.cells(path, note), head, path, note, is_grid=True)


def _table(
    records: Iterable[tuple[int, Cells | BadRow]], head: Head, path: Path, note: Note, *, is_grid: bool = False
) -> Iterator[tuple[int, Row | BadRow]]:
    """Yield the rows below the line of names. In a grid no cell can have moved, so one beyond the names is kept."""
    header, names, is_empty = None, list[str](), True
    for line, cells in records:
        if isinstance(cells, BadRow):
            yield line, cells
        elif any(cell is not None and has_words(str(cell)) for cell in cells):
            is_empty = False
            if header is None:
                header = head(["" if cell is None else unguarded(str(cell).strip()) for cell in cells])
                names = _named(header.names) if header else []
                if header is None or not header.is_row:
                    continue
            elif _is_head_again(header, cells):
                note(f"{line}行目は列の名前の繰り返しなので、読みませんでした。")
                continue
            yield line, _row(_named(header.names, len(cells)) if is_grid else names, cells, line)
    if is_empty:
        raise FileNotUnderstood(f"{path.name} は空です。1行目に列の名前（id など）を書いてください。")


def _is_head_again(header: Header, cells: Cells) -> bool:
    """Tell whether a line says the names of two columns in their places: printed lists do so on every page."""
    return not header.is_row and sum(name == cell for name, cell in zip(header.names, cells, strict=False) if name) > 1


def _row(names: list[str], cells: Cells, line: int) -> Row | BadRow:
    if any(cell not in (None, "") for cell in cells[len(names) :]):
        return BadRow(line, f'列が{len(names)}より多くあります（「,」を含む文は "…" で囲みます）')
    if _broken("".join(cell for cell in cells if isinstance(cell, str))):
        cells = [Unreadable(NO_ENCODING) if isinstance(cell, str) and _broken(cell) else cell for cell in cells]
    return dict(zip(names, cells, strict=False))


def _named(names: list[str], least: int = 0) -> list[str]:
    """Name the nameless columns by their place: notes beside a table are kept."""
    wide = [*names, *[""] * (least - len(names))]
    return [name if has_words(name) else f"列{place}" for place, name in enumerate(wide, 1)]


def _json(path: Path, _head: Head, _note: Note) -> Iterator[tuple[int, Row | BadRow]]:
    try:
        with opened(path) as raw, TextIOWrapper(raw, encoding(path)) as file:
            data = json.load(file, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FileNotUnderstood(f"{path.name} はJSONとして読めません（{error}）。") from error
    for place, item in enumerate(data if isinstance(data, list) else [data], 1):
        yield place, item if isinstance(item, dict) else BadRow(place, "項目の組 {…} ではありません")


def _jsonl(path: Path, _head: Head, _note: Note) -> Iterator[tuple[int, Row | BadRow]]:
    with opened(path) as raw, TextIOWrapper(raw, encoding(path), errors="surrogateescape") as file:
        for line, text in enumerate(iter(partial(file.readline, LONGEST_CELL), ""), 1):
            if has_words(text):
                yield line, _parsed(text, line)


def _parsed(text: str, line: int) -> Row | BadRow:
    if _broken(text):
        return BadRow(line, NO_ENCODING)
    try:
        item = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return BadRow(line, f"JSONとして読めません（{error}）")
    return item if isinstance(item, dict) else BadRow(line, "項目の組 {…} ではありません")


def _once(pairs: list[tuple[str, Any]]) -> Row:
    """Make an object whose names are all different: of two that are the same the first would silently be lost."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(name for place, (name, _) in enumerate(pairs) if name in dict(pairs[:place]))
        raise ValueError(f"「{twice}」が2度書かれています")
    return made


def _broken(text: str) -> bool:
    return _SURROGATE.search(text) is not None
