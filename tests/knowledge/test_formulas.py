"""No cell that leaves the house is worked out by a spreadsheet, and our own guard is no part of the words."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.published.feeds import as_csv as feed
from knowledge.importing.cells import text as read
from knowledge.importing.exports import as_table
from knowledge.importing.formulas import SIGNS, guarded, unguarded
from knowledge.importing.sheets import Table
from knowledge.importing.sheets import as_csv as sheet
from storage.models import PastCase

BEFORE = ("", " ", "　", "\u00a0", "\n", "\t", "\r", " \t", "\u200b", "\ufeff", "\r\n ", "\u00ad", "\u2800", "'", "''")
LIVELY = [f"{before}{sign}1+1" for sign in f"{SIGNS}＝＋－＠﹦" for before in BEFORE]
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
    published = _rows(feed([case], "https://x"))
    listed = _rows(sheet([Table("t", (text,), [(text,)])]))
    exported = _rows(sheet([as_table("case", [{"title": text, text: "an extra column"}])]))

    assert published[1][1] == f"'{text}"
    assert [cell for row in listed for cell in row] == [f"'{text}"] * 2  # the head is guarded, too
    assert exported[0][-1] == exported[1][1] == f"'{text}"
    assert read("title", exported[1][1]) == read("title", text) or text.startswith("'")


@given(text=st.text(st.sampled_from("=+-@＝＋'\t\r \u200b\u00ad\u3164aあ"), max_size=8))
def test_whatever_is_guarded_is_no_formula_and_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text).lstrip(" \t\r\u200b\u00ad\u3164")[:1] not in [*"=+-@＝＋"]
    assert guarded(text)[:1] not in [*"\t\r"]


def _rows(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
