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
SEPARATORS = ",\t;"
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
    reader = csv.reader(chain(above, further, [END]), delimiter=_separator(above), skipinitialspace=True)
    while True:
        line = reader.line_num + 1
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
        yield line, [_KEPT.sub(r"\1", cell) if cell.startswith("=") else cell for cell in cells]


def _separator(above: Iterable[str]) -> str:
    """Return what separates the cells: the sign that is most often in the first line that has one."""
    for line in above:
        bare = re.sub('"[^"]*"', "", line)
        if said := re.fullmatch(r"sep=(.)\s*", line):  # how Excel is told
            return said[1]
        if any(sign in bare for sign in SEPARATORS):
            return max(SEPARATORS, key=bare.count)
    return SEPARATORS[0]
