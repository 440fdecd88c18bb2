"""Packed and broken files: a ZIP's one table is read, bombs and torn files are a sentence."""

import csv
import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge.importing import formats
from knowledge.importing.checked import check
from knowledge.importing.files import contents, tables
from knowledge.importing.files.contents import Unreadable
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


@pytest.mark.parametrize(
    "row",
    [
        'b,"彼は"すごい"と言った"',
        'b,"彼は"すごい, よい"と言った"',
        'b,"彼は \\"すごい\\" と言った"',
        '"b"x,題',
        'b,"題\n"2',
    ],
)
def test_a_mark_in_the_wrong_place_is_told_and_moves_no_words(tmp_path, row):
    path = tmp_path / "a.csv"
    path.write_text(f"id,title,body\na,題\n{row}\nc,題3\n")
    (_, first), (line, bad), (_, last) = rows(path)
    assert (first["id"], line, '「"」の位置' in bad.reason, last["id"]) == ("a", 3, True, "c")


@pytest.mark.parametrize("row", ['b,24"の画面', 'b,題"', '"b" , "題"', 'b,""', '"b",', 'b,"題""2"""'])
def test_a_mark_that_begins_no_cell_is_a_sign_like_others(tmp_path, row):
    path = tmp_path / "a.csv"
    path.write_text(f"id,title\na,題\n{row}\n")
    assert [found["id"].strip() for _, found in rows(path)] == ["a", "b"]


def test_a_mac_of_old_may_say_how_cells_are_cut(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'sep=;\rid;title\r1;a,b,c\r"2";"x\r;y"\r')
    assert [found for _, found in tables.cells(path)][2:] == [["1", "a,b,c"], ["2", "x\r;y"]]


def test_a_name_over_two_lines_does_not_say_how_cells_are_cut(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('"i\nd","title","備考;\n、その他"\na,題,b\n')
    assert list(rows(path)) == [(4, {"i\nd": "a", "title": "題", "備考;\n、その他": "b"})]


MARKED = st.lists(st.text("ab 題,;\t\"\n'", max_size=6), min_size=2, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cells=MARKED, place=st.integers(1, 100))
def test_a_record_is_read_as_it_was_written_or_not_at_all(tmp_path, cells, place):
    path = tmp_path / "a.csv"
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(cells)
    written = text.getvalue()
    path.write_text(f'"x",y\n{written}', newline="")
    assert [found for _, found in tables.cells(path)][1:] == [cells]

    inside = [at for at in range(1, len(written) - 2) if not set(written[at - 1 : at + 1]) & set('",\n ')]
    if inside:  # one mark too many, between two words of a cell
        at = inside[place % len(inside)]
        path.write_text(f'"x",y\n{written[:at]}"{written[at:]}', newline="")
        assert isinstance(list(tables.cells(path))[1][1], BadRow)


def test_a_cell_too_long_costs_its_row_only(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "LONGEST_CELL", 100)
    path = tmp_path / "a.csv"
    path.write_text(f'id,title\na,"{"題" * 60}\n{"題" * 60}"\nb,題2\n')
    found = dict(rows(path))
    assert isinstance(found[2], BadRow)
    assert found[4] == {"id": "b", "title": "題2"}


TEXT = "id,title\na,空き家の図書室\nb,子ども食堂\n"
TEXT_READ = [(2, {"id": "a", "title": "空き家の図書室"}), (3, {"id": "b", "title": "子ども食堂"})]
ENCODED = ["utf-8", "utf-8-sig", "cp932", "utf-16", "iso2022_jp", "iso2022_jp_ext", "euc_jp", "euc_jis_2004"]


@pytest.mark.parametrize("encoding", ENCODED)
def test_a_table_is_read_in_every_encoding_people_use(tmp_path, encoding):
    (tmp_path / "a.csv").write_bytes(TEXT.encode(encoding))
    assert list(rows(tmp_path / "a.csv")) == TEXT_READ


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_known_by_its_zeros(tmp_path, encoding):
    (tmp_path / "a.csv").write_bytes(TEXT.encode(encoding))
    assert list(rows(tmp_path / "a.csv")) == TEXT_READ


@given(
    title=st.text(st.sampled_from("あいかなアキ空家子食堂区本A1"), min_size=1, max_size=30).map(
        lambda said: f"の{said}"
    ),
    encoding=st.sampled_from(ENCODED),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_what_is_read(tmp_path, title, encoding):
    (tmp_path / "a.csv").write_bytes(f"id,title\r\na,{title}\r\n".encode(encoding))
    assert list(rows(tmp_path / "a.csv")) == [(2, {"id": "a", "title": title})]


def test_names_in_half_width_kana_are_no_euc_jp(tmp_path):
    (tmp_path / "a.csv").write_bytes("id,kana\na,ｶﾅｶﾞﾜｹﾝﾉ\n".encode("cp932"))
    assert list(rows(tmp_path / "a.csv")) == [(2, {"id": "a", "kana": "ｶﾅｶﾞﾜｹﾝﾉ"})]


def test_jis_with_signs_that_it_does_not_have_is_refused_and_not_misread(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,title\na,\x1b$B-jB+\x1b(B\n")  # ㈱ at NEC's place
    with pytest.raises(FileNotUnderstood, match=r"a\.csv は.*UTF-8で保存"):
        list(rows(tmp_path / "a.csv"))


@pytest.mark.parametrize(
    "text",
    [
        "id;title\na;題,と;\n",
        "id\ttitle\na\t題,と\t\n",
        "sep=;\nid;title\na;題,と\n",
        '"id","title"\n"a","題,と"\n',
        'id, title\na, "題,と"\n',
        '="id","title"\n="a","題,と"\n',
        "報告書\n\nid;title\na;題,と\n",
        "id,title\ra,「題,と」\r".replace("「", '"').replace("」", '"'),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.tsv", "a.xlsx", "a.xls"])
def test_a_table_is_cut_where_its_first_line_says_whatever_it_is_called(tmp_path, text, name):
    (tmp_path / name).write_text(text)
    with check(tmp_path / name, "case") as checked:
        [(_, [row])] = checked.batches()
    assert (row["id"], row["title"], checked.report.bad) == ("a", "題,と", [])


def test_a_text_kept_from_a_spreadsheet_is_that_text(tmp_path):
    (tmp_path / "a.csv").write_text('id,title\n="00123","=""題"""\n')
    assert list(rows(tmp_path / "a.csv")) == [(2, {"id": "00123", "title": "題"})]


def test_one_zero_byte_makes_no_utf_16(tmp_path):
    (tmp_path / "a.csv").write_bytes("id,title\na\0,題\n".encode())
    assert list(rows(tmp_path / "a.csv")) == [(2, {"id": "a\0", "title": "題"})]


def test_a_cell_of_no_encoding_costs_itself_only(tmp_path):
    (tmp_path / "a.csv").write_bytes("id,title,summary\na,題,".encode() + b"\xff\n" + "b,題2,よい\n".encode())
    (_, first), (_, second) = rows(tmp_path / "a.csv")
    assert (first["title"], type(first["summary"])) == ("題", Unreadable)
    assert second == {"id": "b", "title": "題2", "summary": "よい"}


def test_an_object_that_says_a_thing_twice_is_not_read_half(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "a", "title": "題", "id": "b"}\n{"id": "c", "title": "題"}\n')
    (_, bad), (_, good) = rows(tmp_path / "a.jsonl")
    assert ("「id」" in bad.reason, good) == (True, {"id": "c", "title": "題"})
    (tmp_path / "a.json").write_text('[{"id": "a", "id": "b"}]')
    with pytest.raises(FileNotUnderstood, match="「id」"):
        list(rows(tmp_path / "a.json"))


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
