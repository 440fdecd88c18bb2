"""Packed and broken files: a ZIP's one table is read, bombs and torn files are a sentence."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge.importing import contents, formats
from knowledge.importing.formats import BadRow, FileNotUnderstood, rows

TABLE = "id,title\na,題\nb,題2\n".encode("cp932")
GOOD = [(2, {"id": "a", "title": "題"}), (3, {"id": "b", "title": "題2"})]


def packed(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return path


def test_a_zip_with_one_table_is_read_as_if_it_lay_open(tmp_path):
    others = {"readme.txt": b"x", "all.csv.asc": b"signed", "__MACOSX/._all.csv": b"mac", "all.xml": b"<a/>"}
    path = packed(tmp_path / "all.zip", **others, **{"dir/all.CSV": TABLE})
    assert list(rows(path)) == GOOD
    assert formats.length(path) == 4
    assert list(rows(packed(tmp_path / "l.zip", **{"l.jsonl": b'{"id": "a"}'}))) == [(1, {"id": "a"})]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "0個あります"),
        ({"all.xml": b"<a/>"}, "0個あります"),
        ({"a.csv": TABLE, "b.csv": TABLE}, "2個あります"),
        ({"a.csv": b"0" * (contents.SMALL + 1)}, "大きすぎる"),
    ],
)
def test_any_other_zip_says_why_not(tmp_path, parts, words):
    with pytest.raises(FileNotUnderstood, match=f"x.zip.*{words}"):
        list(rows(packed(tmp_path / "x.zip", **parts)))


def test_a_zip_behind_a_password_or_torn_is_refused(tmp_path):
    whole = packed(tmp_path / "x.zip", **{"a.csv": TABLE}).read_bytes()
    at = whole.index(b"PK\1\2")
    (tmp_path / "x.zip").write_bytes(whole[: at + 8] + bytes([whole[at + 8] | 1]) + whole[at + 9 :])
    with pytest.raises(FileNotUnderstood, match="パスワード"):
        list(rows(tmp_path / "x.zip"))
    for torn in (whole[:-30], whole.replace(whole[40:44], b"\0\0\0\0", 1)):
        (tmp_path / "x.zip").write_bytes(torn)
        with pytest.raises(FileNotUnderstood, match="ZIPとして読めません"):
            list(rows(tmp_path / "x.zip"))


def test_a_book_that_swells_is_refused(tmp_path):
    path = packed(tmp_path / "x.xlsx", **{"xl/worksheets/sheet1.xml": b" " * (contents.SMALL + 1)})
    with pytest.raises(FileNotUnderstood, match="大きすぎる"):
        list(rows(path))


def test_rows_of_a_book_have_the_numbers_excel_shows(tmp_path):
    book = Workbook()
    for place, line in ((2, ["id", "title"]), (3, ["a", "題"]), (7, ["b", "題2"]), (9, ["c", "題", "余り"])):
        for column, cell in enumerate(line, 1):
            book.active.cell(place, column, cell)
    book.save(tmp_path / "b.xlsx")
    assert formats.length(tmp_path / "b.xlsx") == 9
    found = dict(rows(tmp_path / "b.xlsx"))
    assert list(found) == [3, 7, 9]
    assert found[9] == {"id": "c", "title": "題", "列3": "余り"}


def test_a_record_is_named_by_the_line_it_begins_in(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('id,title\n\na,"長い\n題"\nb,"題\n2",余り\nc,題3\n')
    assert [line for line, _ in rows(path)] == [3, 5, 7]


def test_a_quotation_nobody_closed_is_named_and_swallows_nothing_silently(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('id,title\na,題\nb,"題2\nc,題3\n')
    (_, good), (line, bad) = rows(path)
    assert (good["id"], line, "閉じていない" in bad.reason) == ("a", 3, True)


def test_a_cell_too_long_costs_its_row_only(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "LONGEST_CELL", 100)
    path = tmp_path / "a.csv"
    path.write_text(f'id,title\na,"{"題" * 60}\n{"題" * 60}"\nb,題2\n')
    found = dict(rows(path))
    assert isinstance(found[2], BadRow)
    assert found[4] == {"id": "b", "title": "題2"}


START = st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"id,title\n", b'{"id": '])
ENDING = st.sampled_from([".csv", ".tsv", ".json", ".jsonl"])


@given(start=START, content=st.binary(max_size=120), ending=ENDING, is_packed=st.booleans(), cut=st.integers(0, 40))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(tmp_path, start, content, ending, is_packed, cut):
    path = tmp_path / f"any{'.zip' if is_packed else ending}"
    if is_packed:
        pack = io.BytesIO()
        with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as into:
            into.writestr(f"any{ending}", start + content)
        path.write_bytes(pack.getvalue()[cut // 8 :])
    else:
        path.write_bytes(start + content)
    with suppress(FileNotUnderstood):
        for line, row in rows(path):
            assert line >= 1
            assert isinstance(row, (dict, BadRow))
    assert formats.length(path) >= 0


@given(data=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_book_with_any_byte_changed_is_read_or_refused(tmp_path, data):
    whole = bytearray(_book(tmp_path))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "any.xlsx"
    path.write_bytes(whole)
    with suppress(FileNotUnderstood):
        assert all(isinstance(row, (dict, BadRow)) for _, row in rows(path))


def _book(tmp_path: Path) -> bytes:
    path = tmp_path / "whole.xlsx"
    if not path.exists():
        book = Workbook()
        book.active.append(["id", "title"])
        book.active.append(["a", "題"])
        book.save(path)
    return path.read_bytes()
