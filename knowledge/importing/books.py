"""The first sheet of an XLSX file."""

import re
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from knowledge.importing.contents import FileNotUnderstood, refuse_bomb

LARGEST = 1 << 30  # unpacked bytes; openpyxl holds the words of a book in memory
LONGEST = 1_048_576  # rows Excel can have
# What the parts of openpyxl raise for a book that isn't whole; an XML error is a SyntaxError.
BROKEN = (
    AttributeError, BadZipFile, EOFError, LookupError, NotImplementedError, RuntimeError, SyntaxError, TypeError,
    ValueError, zlib.error,
)  # fmt: skip
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"')


def cells(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Yield each row's number, as Excel shows it, and its cells; raises FileNotUnderstood."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # ships no types
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

    try:
        with ZipFile(path) as pack:
            refuse_bomb(path, pack.infolist(), LARGEST)
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
                if number > LONGEST:
                    break
                yield number, list(row)
    except (*BROKEN, InvalidFileException) as error:
        raise FileNotUnderstood(f"{path.name} はXLSXとして読めません。Excelで保存し直してください。") from error


def length(path: Path) -> int:
    """Return how many rows the first sheet says it has, 0 when it doesn't."""
    try:
        with ZipFile(path) as pack, pack.open("xl/worksheets/sheet1.xml") as sheet:
            hit = _DIMENSION.search(sheet.read(4096))
    except BROKEN:
        return 0
    return int(hit[1]) if hit else 0
