"""Tables that leave the house."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from knowledge.importing.checked import check
from knowledge.importing.columns import SHAPES, values
from knowledge.importing.exports import as_table
from knowledge.importing.sheets import AS, LONGEST_CELL, Table, WorkbookTooSmall, as_csv, as_xlsx

NASTY = ["=1+1", "+81", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "\n@x", '=HYPERLINK("http://x","y")']
TABLE = Table("cases", ("number", "theme", "count", "at"), [(*("2026-0001", text), 3, None) for text in NASTY])


def test_csv_is_utf8_with_a_mark_and_works_nothing_out() -> None:
    made = as_csv([TABLE, Table("figures", ("figure", "value"), [("opened", 3), ("鶴見区", -1)])])

    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert rows[0] == list(TABLE.head)
    assert all(row[1].startswith("'") for row in rows[1 : 1 + len(NASTY)])
    assert rows[1 + len(NASTY) :] == [[], ["figure", "value"], ["opened", "3"], ["鶴見区", "-1"]]


def test_a_workbook_has_a_sheet_a_table_and_no_formula() -> None:
    nasty = [*TABLE.rows, ("x\x00\x1f\ufffe\ud800y", 10**15, 1.5, ["助成", "講座"])]
    book = load_workbook(io.BytesIO(as_xlsx([Table("cases", TABLE.head, nasty), Table("figures", ("=a",), [])])))

    cells = [cell for row in book["cases"].iter_rows() for cell in row]
    assert book.sheetnames == ["cases", "figures"]
    assert all(cell.data_type != "f" for cell in cells)
    assert [cell.value for cell in cells[-4:]] == ["xy", "1000000000000000", 1.5, "助成;講座"]
    assert cells[6].value == 3
    assert book["figures"]["A1"].value == "'=a"


def test_what_a_workbook_cannot_hold_is_refused_and_not_cut() -> None:
    long = Table("case", ("body",), [("長" * (LONGEST_CELL + 1),)])

    with pytest.raises(WorkbookTooSmall, match="Line 2 of case"):
        as_xlsx([long])
    assert "長" * (LONGEST_CELL + 1) in as_csv([long]).decode()


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cn"]) | st.sampled_from("=+-@＝＋'\";；[,\t\n\u200b　"), max_size=8
)


@pytest.mark.parametrize("ending", AS)
@given(title=WORDS, year=st.none() | st.integers(1900, 2100), lists=st.lists(WORDS, max_size=3), name=WORDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_goes_out_comes_back(tmp_path, ending, title, year, lists, name) -> None:
    row = {"id": "00123", "title": f"{title}題", "body": title, "year": year, "schemes": lists, f"付記{name}": "注"}
    made, _ = values(row, SHAPES["case"])
    (tmp_path / f"out.{ending}").write_bytes(AS[ending]([as_table("case", [made["extra"] | made])]))

    with check(tmp_path / f"out.{ending}", "case") as checked:
        [(_, [again])] = checked.batches()

    assert {column: again[column] for column in made} == made
