"""The bytes of people's files, also of the one table in a ZIP: opened, measured, their encoding found."""

import codecs
import lzma
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

TABLES = (".csv", ".tsv", ".json", ".jsonl")
BOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods")
# In this order: text of seven bits fits nearly everything, and EUC-JP often fits CP932.
ENCODINGS = ("iso2022_jp_ext", "utf-8-sig", "euc_jis_2004", "cp932")
ESCAPE = b"\x1b$"  # begins Japanese in ISO-2022-JP (RFC 1468)
PACK, OLE = b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the first bytes of a ZIP, and of Office files until 2003
LOCKED = "EncryptedPackage".encode("utf-16-le")  # a stream of a workbook with a password (MS-OFFCRYPTO 1.4.1)
LARGEST = 4 << 30  # unpacked bytes of a ZIP; every corporation of Japan is 1.2 GB
DENSEST = 200  # how many times smaller than its contents a file may be: for text it is 20, for a bomb of zeros 1,000
_KANA = re.compile("[ぁ-んァ-ヶ]")
SMALL = 10 << 20  # so many unpacked bytes harm nobody, however well they were packed
BLOCK = 1 << 20
BROKEN = (BadZipFile, EOFError, NotImplementedError, OverflowError, lzma.LZMAError, struct.error, zlib.error)


class FileNotUnderstood(Exception):
    """The file as a whole can't be read; nothing was imported. The message says what to do."""


@dataclass(frozen=True)
class BadRow:
    """A row that did not go in: its line in the file (1 is the first) and the reason, in Japanese."""

    line: int
    reason: str


@dataclass(frozen=True)
class Unreadable:
    """A cell in which there is something that can't be read, and why, as the end of a sentence about its column."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Give the bytes of a file, or of the one table in a ZIP; raises FileNotUnderstood for any other ZIP."""
    if not _is_pack(path):
        with path.open("rb") as file:
            yield file
        return
    try:
        with ZipFile(path) as pack, pack.open(_table(pack, path)) as packed:
            yield packed
    except BROKEN as error:
        raise FileNotUnderstood(f"{path.name} はZIPとして読めません。もう一度ダウンロードしてください。") from error


def form(path: Path) -> str:
    """Return the ending by which a file is to be read. Its first bytes say it; among texts its ending decides.

    Raises FileNotUnderstood, with what to do, for a workbook that isn't XLSX or has a password.
    """
    start, ending = _start(path), path.suffix.lower()
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and ending in (*BOOKS, *TABLES):
        raise FileNotUnderstood(
            f"{path.name} はウェブページかXMLです。Excelで開き、「Excelブック（.xlsx）」として保存し直してください。"
        )
    if start == OLE:
        raise FileNotUnderstood(f"{path.name} は{_old_or_locked(path)}")
    if start.startswith(PACK) and (ending in BOOKS or _is_book(path)):
        return ".xlsx"
    if _is_pack(path):
        with opened(path) as file:
            return PurePosixPath(str(file.name)).suffix.lower()
    return ".csv" if ending in BOOKS else ending


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(OLE))


def _is_pack(path: Path) -> bool:
    return path.suffix.lower() == ".zip" or _start(path).startswith(PACK)


def _is_book(path: Path) -> bool:
    try:
        with ZipFile(path) as pack:
            return "[Content_Types].xml" in pack.namelist()
    except BROKEN:
        return False


def _old_or_locked(path: Path) -> str:
    with path.open("rb") as file:
        if any(LOCKED in block for block in iter(lambda: file.read(BLOCK), b"")):
            return "パスワードで保護されています。外して保存し直してください。"
    return "古い形式（.xls）です。Excelで開き、「Excelブック（.xlsx）」として保存し直してください。"


def refuse_bomb(path: Path, parts: list[ZipInfo], largest: int = LARGEST) -> None:
    """Raise FileNotUnderstood when packed parts would fill a memory or a disk."""
    size = sum(part.file_size for part in parts)
    if size > largest or size > max(SMALL, DENSEST * sum(part.compress_size for part in parts)):
        raise FileNotUnderstood(f"{path.name} は中身が大きすぎるため開きません（{size / (1 << 20):,.0f}MB）。")


def encoding(path: Path) -> str:
    """Return the first encoding the whole file fits; UTF-8 when none does. Raises FileNotUnderstood."""
    with opened(path) as file:
        start = file.read(BLOCK)
    if wide := _wide(start):
        return wide
    found = next((name for name in ENCODINGS if _fits(path, name)), "")
    if not found and ESCAPE in start:
        raise FileNotUnderstood(
            f"{path.name} はJIS（ISO-2022-JP）の機種依存文字を含みます。UTF-8で保存し直してください。"
        )
    if found == "euc_jis_2004" and not _KANA.search(start.decode(found, "ignore")) and _fits(path, "cp932"):
        return "cp932"  # names in half-width kana fit EUC-JP as pairs of kanji
    return found or "utf-8-sig"


def _wide(start: bytes) -> str:
    """Return the UTF-16 that a text is in: by its mark, or by where the zeros of its Latin letters stand."""
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) / 50 or max(even, odd) < 4 * min(even, odd):
        return ""
    name = "utf-16-be" if even > odd else "utf-16-le"
    return name if "\n" in start.decode(name, "ignore") else ""


def line_count(path: Path) -> int:
    """Count about how many lines there are, to show progress."""
    with opened(path) as file:
        return sum(block.count(b"\n") or block.count(b"\r") for block in iter(lambda: file.read(BLOCK), b"")) + 1


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
                if ESCAPE in block and name != ENCODINGS[0]:
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
