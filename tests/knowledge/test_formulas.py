"""No cell that leaves the house is worked out by a spreadsheet, and our own guard is no part of the words."""

import csv
import io
from datetime import UTC, datetime

import pytest

from bot.cli.sheets import Table
from bot.cli.sheets import as_csv as sheet
from bot.web.published.feeds import as_csv as feed
from knowledge.importing.columns import text as read
from knowledge.importing.exports import cells
from knowledge.importing.formulas import guarded, unguarded
from storage.models import PastCase

SIGNS = "=+-@＝＋－＠"
BEFORE = ("", " ", "　", "\u00a0", "\n", "\t", "\r", " \t", "\u200b", "\ufeff", "\r\n ")
LIVELY = [f"{before}{sign}1+1" for sign in SIGNS for before in BEFORE]
ALONE = ["\tあ", "\rあ", '=HYPERLINK("http://x","y")', "@SUM(A1)", "-2"]
PLAIN = ["", " ", "福祉", "2026-0001", "a=b", "（なし）", "'とても'", " 前に空白", "・=の式", "１＋１"]


@pytest.mark.parametrize("text", [*LIVELY, *ALONE])
def test_what_looks_like_a_formula_becomes_words_and_is_read_back(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@pytest.mark.parametrize("text", [*LIVELY, *ALONE])
def test_every_door_guards_and_the_import_reads_the_words(text: str) -> None:
    case = PastCase(id="c", title=text, updated_at=datetime(2026, 11, 30, tzinfo=UTC))
    published, listed = _rows(feed([case], "https://x")), _rows(sheet([Table("t", ("head",), [(text,)])]))

    assert published[1][1] == cells({"title": text})["title"] == f"'{text}"
    assert listed[1][0].startswith("'")  # without the signs that a workbook can't hold
    assert read("title", cells({"title": text})["title"]) == read("title", text)


def _rows(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
