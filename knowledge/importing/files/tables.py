"""The lines of a CSV file and the cells in them, whatever separates them."""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import partial
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from knowledge.importing.files.contents import BadRow, encoding, opened

LONGEST_CELL = 10_000_000
END = "\0end of the file\0"  # read within a quotation that is never closed
MISPLACED = '「"」の位置が正しくありません（文全体を "…" で囲み、中の「"」は「""」と書きます）'
SEPARATORS = ",\t;"
_QUOTED = re.compile(r'(?<![^,\t;\r\n])"[^"]*+(?:"|\Z)')  # a quoted cell, which may go on over lines
LINES_ABOVE = 20  # so many lines may stand above the one that names the columns
_KEPT = re.compile('^="([^"=]*)"$')  # ="00123" is how programs keep a spreadsheet from taking a text for a number


def cells(path: Path) -> Iterator[tuple[int, list[Any] | BadRow]]:
    """Yield the cells of each record with the line it begins in. Bytes of no encoding are lone surrogates."""
    csv.field_size_limit(LONGEST_CELL)
    with opened(path) as raw, TextIOWrapper(raw, encoding(path), errors="surrogateescape", newline="") as file:
        yield from _records(file)


def _records(file: TextIO) -> Iterator[tuple[int, list[Any] | BadRow]]:
    further = iter(partial(file.readline, LONGEST_CELL), "")  # a file without line ends is never read as a whole
    above = list(islice(further, LINES_ABOVE))
    taken: list[str] = []  # the lines of the record that is being read
    separator = _separator(above)
    reader = csv.reader(_noted(chain(above, further, [END]), taken), delimiter=separator, skipinitialspace=True)
    whole = _whole(separator)
    while True:
        line = reader.line_num + 1
        taken.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield line, BadRow(line, f"CSVとして読めません（{error}）")
            continue
        if cells is None or cells == [END]:
            return
        if cells and cells[-1].endswith(END):
            yield line, BadRow(line, '「"」で始まる文が閉じていないため、この行から後は読めません')
            return
        if not whole.fullmatch("".join(taken)):
            yield line, BadRow(line, MISPLACED + (f"（{len(taken)}行分）" if len(taken) > 1 else ""))
            continue
        yield line, [_KEPT.sub(r"\1", cell) if cell.startswith("=") else cell for cell in cells]


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _whole(separator: str) -> re.Pattern[str]:
    """Return what a record looks like whose quotation marks are in place; the reader takes others for words or ends.

    A cell is quoted as a whole, marks inside it doubled (RFC 4180, 2), or doesn't begin with a mark.
    """
    between = re.escape(separator)
    quoted, bare = '"[^"]*+(?:""[^"]*+)*+" *+', f'[^"\r\n{between}][^\r\n{between}]*+'
    cell = f" *+(?:{quoted}|{bare})?+"
    return re.compile(f"{cell}(?:{between}{cell})*+[\r\n]*+")


def _separator(above: Iterable[str]) -> str:
    """Return what separates the cells: the sign that is most often in the first line that has one."""
    for line in _QUOTED.sub("", "".join(above)).replace("\r", "\n").split("\n"):
        if said := re.fullmatch(r"sep=(.)\s*", line):  # how Excel is told
            return said[1]
        if any(sign in line for sign in SEPARATORS):
            return max(SEPARATORS, key=line.count)
    return SEPARATORS[0]
