"""The first visible sheet of an XLSX file, as people see it."""

import re
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from knowledge.importing.files.contents import FileNotUnderstood, Unreadable, refuse_bomb
from knowledge.importing.files.number_formats import JAPANESE, shown

LARGEST = 1 << 30  # unpacked bytes; openpyxl holds the words of a book in memory
LONGEST = 1_048_576  # rows Excel can have
BLOCK, OVERLAP = 1 << 20, 1 << 16  # of a sheet's XML; what is looked for is shorter than the overlap
# What the parts of openpyxl raise for a book that isn't whole; an XML error is a SyntaxError.
BROKEN = (
    AttributeError, BadZipFile, EOFError, LookupError, NotImplementedError, RuntimeError, SyntaxError, TypeError,
    ValueError, zlib.error,
)  # fmt: skip
UNWORKED = Unreadable("数式の結果がファイルにありません。Excelで開いて保存し直してください")
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+\d+):([A-Z]+\d+)"')
# A formula in whose cell no result was written, which is not the same as an empty one.
_UNWORKED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_PLACE = re.compile(rb'\br="([A-Z]+\d+)"')


@dataclass
class Marks:
    """What a sheet says of its cells beside their values; rows and columns are counted from 1."""

    unworked: dict[int, set[int]] = field(default_factory=dict)  # columns by row
    joined: dict[tuple[int, int], int] = field(default_factory=dict)  # the last row of cells merged downwards


def cells(path: Path, note: Callable[[str], None]) -> Iterator[tuple[int, list[Any]]]:
    """Yield each row's number, as Excel shows it, and its cells; `note` is told of other sheets.

    Raises FileNotUnderstood.
    """
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # ships no types
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # type: ignore[import-untyped]
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

    BUILTIN_FORMATS.update(JAPANESE)  # openpyxl asks this table whether a number is a date, and knows no language
    warnings.filterwarnings("ignore", module=r"openpyxl\.")  # it tells what it won't write back; we only read
    try:
        with ZipFile(path) as pack:
            refuse_bomb(path, pack.infolist(), LARGEST)
        with path.open("rb") as file, closing(load_workbook(file, read_only=True, data_only=True)) as book:
            yield from _rows(_visible(book, note))
    except (*BROKEN, InvalidFileException, OSError) as error:
        if isinstance(error, OSError) and error.errno:  # the disk's; openpyxl raises some of its own without a number
            raise
        raise FileNotUnderstood(f"{path.name} はXLSXとして読めません。Excelで保存し直してください。") from error


def length(path: Path) -> int:
    """Return how many rows the first sheet says it has, 0 when it doesn't: enough to show progress, no more."""
    try:
        with ZipFile(path) as pack, pack.open("xl/worksheets/sheet1.xml") as sheet:
            hit = _DIMENSION.search(sheet.read(4096))
    except BROKEN:
        return 0
    return int(hit[1]) if hit else 0


def _visible(book: Any, note: Callable[[str], None]) -> Any:
    """Return the first sheet that people see, and tell which others are left unread."""
    sheets = book.worksheets
    chosen = next((sheet for sheet in sheets if sheet.sheet_state == "visible"), sheets[0])
    others = [sheet.title for sheet in sheets if sheet is not chosen]
    if others:
        note(f"シート「{chosen.title}」だけを読みました。読んでいないシートは「{'」「'.join(others)}」です。")
    return chosen


def _rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    marks = _marks(sheet)
    above: dict[int, tuple[int, Any]] = {}  # by column: until which row a merged cell's value goes on
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    for number, row in enumerate(sheet.iter_rows(), 1):
        line = [_seen(cell, sheet.parent.epoch) for cell in row]
        for column in marks.unworked.get(number, ()):
            line[column - 1] = UNWORKED
        yield number, _filled(line, number, marks, above)


def _seen(cell: Any, epoch: datetime) -> Any:
    """Return what a cell shows; only what isn't text has a format that matters, and asking for it takes time."""
    value = cell.value
    return value if value is None else shown(value, "" if isinstance(value, str) else cell.number_format, epoch)


def _filled(line: list[Any], number: int, marks: Marks, above: dict[int, tuple[int, Any]]) -> list[Any]:
    """Give a row what cells merged downwards say in it, unless it has nothing of its own."""
    is_empty = all(cell in (None, "") for cell in line)
    for column, (last, value) in above.items():
        if number <= last and not is_empty:
            line += [None] * (column - len(line))
            line[column - 1] = value if line[column - 1] is None else line[column - 1]
    for column, cell in enumerate(line, 1):
        if (number, column) in marks.joined:
            above[column] = (marks.joined[number, column], cell)
    return line


def _marks(sheet: Any) -> Marks:
    """Look through a sheet's XML for what openpyxl tells only after the rows, or not at all.

    Raises ValueError for rows out of order: openpyxl would leave out all that don't come after the one before.
    """
    marks, before, number = Marks(), b"", 0
    with sheet.parent._archive.open(sheet._worksheet_path) as part:
        while block := part.read(BLOCK):
            text = before + block
            for hit in _ROW.finditer(text):
                if hit.end() > len(before):
                    number, last = int(hit[1]), number
                    if not last < number <= LONGEST:
                        raise ValueError(f"row {number} stands after row {last}")
            _mark(marks, text)
            before = text[-OVERLAP:]
    return marks


def _mark(marks: Marks, text: bytes) -> None:
    from openpyxl.utils.cell import coordinate_to_tuple  # type: ignore[import-untyped]

    for first, last in _MERGED.findall(text):
        (top, left), (bottom, _) = coordinate_to_tuple(first.decode()), coordinate_to_tuple(last.decode())
        if bottom > top:
            marks.joined[top, left] = bottom
    for said in _UNWORKED.findall(text):
        if b't="str"' not in said and (place := _PLACE.search(said)):
            row, column = coordinate_to_tuple(place[1].decode())
            marks.unworked.setdefault(row, set()).add(column)
