"""Tables that leave the house: CSV and XLSX, in which nothing is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.when import TOKYO
from knowledge.importing.formulas import guarded

Cell = str | int | float | datetime | None
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # refused by XLSX


@dataclass(frozen=True)
class Table:
    """Rows under a head; what it is about is its title."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_csv(tables: Iterable[Table]) -> bytes:
    """Return the tables one below the other, an empty line between; the mark at the front tells Excel it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        writer.writerow(table.head)
        writer.writerows([_shown(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(tables: Iterable[Table]) -> bytes:
    """Return the tables as sheets of a workbook; numbers stay numbers, words are words."""
    from openpyxl import Workbook  # type: ignore[import-untyped]  # ships no types

    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.title)
        sheet.append(list(table.head))
        for row in table.rows:
            sheet.append([_shown(cell) for cell in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _shown(cell: Cell) -> str | int | float:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(TOKYO):%Y-%m-%d %H:%M}"
    if isinstance(cell, str):
        return guarded(_UNPRINTABLE.sub("", cell))
    return "" if cell is None else cell
