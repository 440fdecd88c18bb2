"""The bytes of people's files, also of the one table in a ZIP: opened, measured, their encoding found."""

import codecs
import lzma
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

TABLES = (".csv", ".tsv", ".json", ".jsonl")
ENCODINGS = ("utf-8-sig", "cp932")
LARGEST = 4 << 30  # unpacked bytes of a ZIP; every corporation of Japan is 1.2 GB
DENSEST = 200  # how many times smaller than its contents a file may be: for text it is 20, for a bomb of zeros 1,000
SMALL = 10 << 20  # so many unpacked bytes harm nobody, however well they were packed
BLOCK = 1 << 20
BROKEN = (BadZipFile, EOFError, NotImplementedError, OverflowError, lzma.LZMAError, struct.error, zlib.error)


class FileNotUnderstood(Exception):
    """The file as a whole can't be read; nothing was imported. The message says what to do."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Give the bytes of a file, or of the one table in a ZIP; raises FileNotUnderstood for any other ZIP."""
    if path.suffix.lower() != ".zip":
        with path.open("rb") as file:
            yield file
        return
    try:
        with ZipFile(path) as pack, pack.open(_table(pack, path)) as packed:
            yield packed
    except BROKEN as error:
        raise FileNotUnderstood(f"{path.name} はZIPとして読めません。もう一度ダウンロードしてください。") from error


def ending(path: Path) -> str:
    """Return the ending that tells a file's format; for a ZIP that of the table in it."""
    with opened(path) as file:
        return PurePosixPath(str(file.name)).suffix.lower()


def refuse_bomb(path: Path, parts: list[ZipInfo], largest: int = LARGEST) -> None:
    """Raise FileNotUnderstood when packed parts would fill a memory or a disk."""
    size = sum(part.file_size for part in parts)
    if size > largest or size > max(SMALL, DENSEST * sum(part.compress_size for part in parts)):
        raise FileNotUnderstood(f"{path.name} は中身が大きすぎるため開きません（{size / (1 << 20):,.0f}MB）。")


def encoding(path: Path) -> str:
    """Return the first encoding the whole file fits; UTF-8 when none does."""
    with opened(path) as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    return next((name for name in ENCODINGS if _fits(path, name)), ENCODINGS[0])


def line_count(path: Path) -> int:
    """Count about how many lines there are, to show progress."""
    with opened(path) as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(BLOCK), b"")) + 1


def _table(pack: ZipFile, path: Path) -> ZipInfo:
    found = [part for part in pack.infolist() if _is_table(PurePosixPath(part.filename))]
    if len(found) != 1:
        raise FileNotUnderstood(
            f"{path.name} の中に表（CSV・TSV・JSON・JSONL）が{len(found)}個あります。"
            "1個だけのZIPにするか、取り出した表を読み込んでください。"
        )
    if found[0].flag_bits & 1:
        raise FileNotUnderstood(f"{path.name} にはパスワードがかかっています。外してから読み込んでください。")
    refuse_bomb(path, found)
    return found[0]


def _is_table(name: PurePosixPath) -> bool:
    """Macs add a shadow of each file, `__MACOSX/._name`."""
    return name.suffix.lower() in TABLES and not name.name.startswith(".")


def _fits(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with opened(path) as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
