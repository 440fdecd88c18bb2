"""Rows of people's real files: CSV (UTF-8 or CP932), XLSX, JSON and JSONL."""

import codecs
import csv
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

LONGEST_CELL = 10_000_000
ENCODINGS = ("utf-8-sig", "cp932")
Row = dict[str, Any]


@dataclass(frozen=True)
class BadRow:
    """A row that did not go in: its line in the file (1 is the first) and the reason, in Japanese."""

    line: int
    reason: str


class FileNotUnderstood(Exception):
    """The file as a whole can't be read; nothing was imported. The message says what to do."""


def rows(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    """Yield every row with its line; a row that can't be read comes as a BadRow.

    Raises FileNotUnderstood for a missing file, an unknown ending, or contents that don't fit it.
    """
    readers = {".csv": _csv, ".tsv": _csv, ".xlsx": _xlsx, ".json": _json, ".jsonl": _jsonl}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FileNotUnderstood(f"{path.name} の形式は読めません。CSV・XLSX・JSON・JSONL のいずれかにしてください。")
    try:
        yield from reader(path)
    except OSError as error:
        raise FileNotUnderstood(f"{path.name} を開けません（{error.strerror or error}）。") from error


def _csv(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    csv.field_size_limit(LONGEST_CELL)
    # Bytes that fit no encoding come through as lone surrogates, so that only their row is refused.
    with path.open(encoding=_encoding(path), errors="surrogateescape", newline="") as file:
        first = file.readline()
        file.seek(0)
        tabs = first.count("\t") > first.count(",")
        reader = csv.reader(file, delimiter="\t" if tabs else ",")
        try:
            header = _header(next(reader, []), path)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, _row(header, cells, reader.line_num)
        except csv.Error as error:
            yield reader.line_num, BadRow(reader.line_num, f"CSVとして読めません（{error}）")


def _xlsx(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # ships no types
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise FileNotUnderstood(f"{path.name} はXLSXとして読めません。Excelで保存し直してください。") from error
    with closing(book):
        lines = enumerate(book.worksheets[0].iter_rows(values_only=True), 1)
        header = _header(list(next(lines, (0, ()))[1]), path)
        for line, cells in lines:
            if any(cell not in (None, "") for cell in cells):
                yield line, _row(header, list(cells), line)


def _header(cells: list[Any], path: Path) -> list[str]:
    names = [str(cell).strip() if cell is not None else "" for cell in cells]
    if not any(names):
        raise FileNotUnderstood(f"{path.name} は空です。1行目に列の名前（id など）を書いてください。")
    return names


def _row(header: list[str], cells: list[Any], line: int) -> Row | BadRow:
    if any(isinstance(cell, str) and _broken(cell) for cell in cells):
        return BadRow(line, "文字コードがUTF-8でもShift_JIS（CP932）でもありません")
    if any(cell not in (None, "") for cell in cells[len(header) :]):
        return BadRow(line, f'列が{len(header)}より多くあります（「,」を含む文は "…" で囲みます）')
    return {name: cell for name, cell in zip(header, cells, strict=False) if name}


def _json(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    try:
        data = json.loads(path.read_text(_encoding(path)))
    except (ValueError, RecursionError) as error:
        raise FileNotUnderstood(f"{path.name} はJSONとして読めません（{error}）。") from error
    for place, item in enumerate(data if isinstance(data, list) else [data], 1):
        yield place, item if isinstance(item, dict) else BadRow(place, "項目の組 {…} ではありません")


def _jsonl(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    with path.open(encoding=_encoding(path), errors="surrogateescape") as file:
        for line, text in enumerate(file, 1):
            if text.strip():
                yield line, _parsed(text, line)


def _parsed(text: str, line: int) -> Row | BadRow:
    if _broken(text):
        return BadRow(line, "文字コードがUTF-8でもShift_JIS（CP932）でもありません")
    try:
        item = json.loads(text)
    except (ValueError, RecursionError) as error:
        return BadRow(line, f"JSONとして読めません（{error}）")
    return item if isinstance(item, dict) else BadRow(line, "項目の組 {…} ではありません")


def _broken(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _encoding(path: Path) -> str:
    """Return the first encoding the whole file fits; UTF-8 when none does."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    return next((name for name in ENCODINGS if _fits(path, name)), ENCODINGS[0])


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
