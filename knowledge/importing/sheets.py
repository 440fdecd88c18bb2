"""Tables that leave the house, as CSV and XLSX: the one writer, so that no export forgets the mark or the guard."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.importing.formulas import guarded

# What a workbook can hold (Excel specifications and limits): signs in a cell, rows in a sheet, digits of a number.
LONGEST_CELL, LONGEST, DIGITS = 32_767, 1_048_576, 15
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 has no place for them
_OF_LISTS = re.compile(r"[;；\n]|^\s*\[")  # what the import takes for a sign of the list itself


class WorkbookTooSmall(Exception):
    """A table doesn't fit into a workbook; the message says what to do."""


@dataclass(frozen=True)
class Table:
    """Rows under a head; what it is about is its title."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def as_csv(tables: Iterable[Table]) -> bytes:
    """Return the tables one below the other, an empty line between; the mark at the front tells Excel it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        writer.writerows(_lines(table))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(tables: Iterable[Table]) -> bytes:
    """Return the tables as sheets of a workbook; numbers stay numbers, words are words. Raises WorkbookTooSmall."""
    from openpyxl import Workbook  # type: ignore[import-untyped]  # ships no types

    from knowledge.importing.files.number_formats import escaped

    book = Workbook(write_only=True)
    for table in tables:
        lines = list(_lines(table))
        _refuse_too_much(table.title, lines)
        sheet = book.create_sheet(table.title)
        for line in lines:
            sheet.append([escaped(cell) if isinstance(cell, str) else cell for cell in line])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _refuse_too_much(title: str, lines: list[list[str | int | float]]) -> None:
    for number, line in enumerate(lines, 1):
        if number > LONGEST or any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in line):
            raise WorkbookTooSmall(f"Line {number} of {title} doesn't fit into a workbook: write a .csv file.")


AS: Mapping[str, Callable[[Iterable[Table]], bytes]] = {"csv": as_csv, "xlsx": as_xlsx}


def _lines(table: Table) -> Iterable[list[str | int | float]]:
    for line in (table.head, *table.rows):
        yield [_shown(cell) for cell in line]


def _shown(cell: Any) -> str | int | float:
    """Return what is written of a value. Lists are joined as the import takes them apart."""
    if isinstance(cell, bool) or cell is None:
        return {None: "", True: "true", False: "false"}[cell]
    if isinstance(cell, (int, float)):
        return cell if abs(cell) < 10**DIGITS else str(cell)
    return guarded(_UNPRINTABLE.sub("", _joined(cell)))


def _joined(cell: Any) -> str:
    if isinstance(cell, list) and all(isinstance(one, str) and not _OF_LISTS.search(one) for one in cell):
        return ";".join(cell)
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, (list, dict)) else str(cell)
