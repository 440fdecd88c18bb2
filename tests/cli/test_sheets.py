"""Tables that leave the house."""

import csv
import io
from datetime import UTC, datetime

from openpyxl import load_workbook

from bot.cli.sheets import Table, as_csv, as_xlsx

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
    at = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
    nasty = [*TABLE.rows, ("x\x00\x1fy", "z", 1.5, at)]
    book = load_workbook(io.BytesIO(as_xlsx([Table("cases", TABLE.head, nasty), Table("figures", ("a",), [])])))

    cells = [cell for row in book["cases"].iter_rows() for cell in row]
    assert book.sheetnames == ["cases", "figures"]
    assert all(cell.data_type != "f" for cell in cells)
    assert [cell.value for cell in cells[-4:]] == ["xy", "z", 1.5, "2026-11-25 09:30"]
    assert cells[6].value == 3
