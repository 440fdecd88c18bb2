"""Workbooks as common programs write them: what people see in them is what is read."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.importing.files import books
from knowledge.importing.files.contents import FileNotUnderstood, Unreadable
from knowledge.importing.files.number_formats import JAPANESE, escaped, shown
from knowledge.importing.formats import rows
from tests.knowledge.workbooks import row, styled, workbook

HEAD = row(1, "id", "title")
THREE = [HEAD, row(2, "a", "題"), row(3, "b", "題2"), row(4, "c", "題3")]
READ = [(2, {"id": "a", "title": "題"}), (3, {"id": "b", "title": "題2"}), (4, {"id": "c", "title": "題3"})]


def one(path: Path, *cells: Any, **more: Any) -> list[Any]:
    """Return what is read of one row of cells."""
    head = row(1, *[f"c{place}" for place in range(len(cells))])
    [(_, found)] = rows(workbook(path, [head, row(2, *cells)], **more))
    return list(found.values())


@pytest.mark.parametrize("ref", ["A1:B2", "A1", "A1:A4", "B2:B3", "A1:XFD1048576", "A1:B900", ""])
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path, ref):
    said = f'<dimension ref="{ref}"/>' if ref else ""
    assert list(rows(workbook(tmp_path / "b.xlsx", THREE, dimension=said))) == READ


@pytest.mark.parametrize("numbers", [(3, 2), (2, 2), (5, 5), (2, 1_048_577), (2, 10**12)])
def test_rows_that_do_not_follow_each_other_are_refused_and_not_lost(tmp_path, numbers):
    sheet = [HEAD, *(row(number, f"a{place}", "題") for place, number in enumerate(numbers))]
    with pytest.raises(FileNotUnderstood, match=r"b\.xlsx は.*保存し直して"):
        list(rows(workbook(tmp_path / "b.xlsx", sheet)))


@given(columns=st.integers(1, 6), lines=st.integers(1, 6), said=st.tuples(st.integers(1, 8), st.integers(1, 8)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_cell_is_read_whatever_size_is_said(tmp_path, columns, lines, said):
    names = [f"c{place}" for place in range(columns)]
    sheet = [row(1, *names), *(row(2 + line, *[f"{line}-{name}" for name in names]) for line in range(lines))]
    path = workbook(tmp_path / "b.xlsx", sheet, dimension=f'<dimension ref="A1:{chr(64 + said[0])}{said[1]}"/>')
    assert [found for _, found in rows(path)] == [{name: f"{n}-{name}" for name in names} for n in range(lines)]


@pytest.mark.parametrize("number", JAPANESE)
def test_a_built_in_japanese_date_is_a_date(tmp_path, number):
    [found] = one(tmp_path / "b.xlsx", styled(45383.5 if number in (32, 33) else 45383, 1), formats=[number])
    month = dict.fromkeys((34, 52, 55), "2024-04")  # these show no day
    clock = {number: datetime(2024, 4, 1, 12) for number in (32, 33)}  # noqa: DTZ001  # a spreadsheet knows no zone
    assert found == {**month, **clock}.get(number, datetime(2024, 4, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "code", "seen"),
    [
        (123, "00000", "00123"),
        (1, '"R5-"000', "R5-001"),
        (0.253, "0%", "25.3%"),
        (45383, 'yyyy"年"m"月"', "2024-04"),
        (45383, 17, "2024-04"),
        (45383, "yyyy", "2024"),
        (45383, "yyyy/m/d;@", datetime(2024, 4, 1)),  # noqa: DTZ001
        (45383.999999, "yyyy/m/d", datetime(2024, 4, 1)),  # noqa: DTZ001
        (45383.5, "yyyy/m/d h:mm", datetime(2024, 4, 1, 12)),  # noqa: DTZ001
        (0.375, 20, time(9)),
        (1234, "#,##0", 1234),
        (-5, "000", -5),
        (5, "0", 5),
        (1, "General", 1),
        (2310023, r"[<=999]000;[<=9999]000\-00;000\-0000", "231-0023"),  # 郵便番号 of a Japanese Excel
        (231, r"[<=999]000;[<=9999]000\-00;000\-0000", "231"),
        (600001, "000-0000", "060-0001"),
        (456710613, r"[<=99999999]####\-####;\(00\)\ ####\-####", "(04) 5671-0613"),  # 電話番号
        (9012345678, '"0"#\\-####\\-####', "090-1234-5678"),
        (5001, '"R"0-000', "R5-001"),
        (12, '0"人"', 12),
        (12, '"約"#,##0"人"', 12),
        (-5, "#,##0;△#,##0", -5),
        (1234567, "#,##0,", 1235),  # 千円
        (1234567890, '0.0,,"百万円"', 1234.6),
        (0.5, "# ?/?", 0.5),
        (0.0000001, "0.00E+00", 0.0000001),
        (1.5, "00", 1.5),
        (1.25, "[h]:mm", "30:00"),
        (45383, '[$-411]ggge"年度"', "2024"),
        (45383, '[$-411]e"年"', "2024"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(tmp_path, value, code, seen):
    assert one(tmp_path / "b.xlsx", styled(value, 1), formats=[code]) == [seen]


@given(value=st.integers(0, 10**11), groups=st.lists(st.integers(1, 4), min_size=2, max_size=4))
def test_signs_among_digits_lose_no_digit(value, groups):
    code = "-".join("0" * size for size in groups)
    said = shown(value, code)
    assert int(said.replace("-", "")) == value
    assert [len(part) for part in said.split("-")][1:] == groups[1:]


def test_the_days_of_1904_are_years_too(tmp_path):
    since_1904 = {"formats": ['[$-411]ggge"年"'], "about": '<workbookPr date1904="1"/>'}
    assert one(tmp_path / "b.xlsx", styled(43921, 1), **since_1904) == ["2024"]


@given(st.text("_x005FD0A題", max_size=20))
def test_what_looks_like_an_escape_comes_back(text):
    assert shown(escaped(text), "") == text


def test_days_before_march_1900_and_of_the_other_calendar_are_the_days_excel_shows(tmp_path):
    assert one(tmp_path / "a.xlsx", styled(59, 1), styled(61, 1), formats=[14]) == [
        datetime(1900, 2, 28),  # noqa: DTZ001
        datetime(1900, 3, 1),  # noqa: DTZ001
    ]
    since_1904 = {"formats": [14], "about": '<workbookPr date1904="1"/>'}
    assert one(tmp_path / "b.xlsx", styled(43921, 1), **since_1904) == [datetime(2024, 4, 1)]  # noqa: DTZ001


def test_a_day_that_is_none_is_an_unreadable_cell(tmp_path):
    assert one(tmp_path / "b.xlsx", "a", styled(99_999_999, 1), formats=[14]) == ["a", "#VALUE!"]


def test_what_is_marked_is_found_across_the_blocks_that_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(books, "BLOCK", 64)
    monkeypatch.setattr(books, "OVERLAP", 200)
    unworked = '<c r="{at}"><f>A1</f><v></v></c>'
    sheet = [row(1, "c0", "c1"), *(row(2 * n, f"題{n}", unworked) + row(2 * n + 1, None, n) for n in range(1, 40))]
    merged = [f"A{2 * n}:A{2 * n + 1}" for n in range(1, 40)]
    found = [list(one.values()) for _, one in rows(workbook(tmp_path / "b.xlsx", sheet, merged=merged))]
    assert found == [line for n in range(1, 40) for line in ([f"題{n}", books.UNWORKED], [f"題{n}", n])]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_first_sheet_that_people_see_is_read_and_the_others_are_told(tmp_path, state):
    notes: list[str] = []
    path = workbook(tmp_path / "b.xlsx", [HEAD, row(2, "old", "古い")], THREE, [HEAD], states=[state])
    assert list(rows(path, note=notes.append)) == READ
    assert notes == ["シート「表2」だけを読みました。読んでいないシートは「表1」「表3」です。"]


def test_cells_merged_downwards_say_the_same_in_each_row(tmp_path):
    sheet = [
        row(1, "区", "指標", "値", "備考"),
        row(2, "西区", "人口", 1),
        row(3, None, "世帯", 2),
        row(4, None, None, None),
    ]
    sheet += [row(5, "中区", "人口", 3, "注"), row(6, None, "世帯", 4)]
    path = workbook(tmp_path / "b.xlsx", sheet, merged=["A2:A4", "A5:A6", "D5:D6", "B1:B1", "C1:D1"])
    assert [list(found.values()) for _, found in rows(path)] == [
        ["西区", "人口", 1], ["西区", "世帯", 2], ["中区", "人口", 3, "注"], ["中区", "世帯", 4, "注"],
    ]  # fmt: skip


def test_a_formula_is_its_result_and_one_without_is_said(tmp_path):
    formula = '<c r="{at}"%s><f>A1&amp;"x"</f>%s</c>'
    found = one(
        tmp_path / "b.xlsx", formula % (' t="str"', "<v>題</v>"), formula % (' t="str"', "<v></v>"),
        formula % ("", "<v></v>"), formula % ("", "<v/>"), formula % ("", ""), "終",
    )  # fmt: skip
    assert (found[0], found[1], found[5]) == ("題", None, "終")
    assert all(isinstance(cell, Unreadable) for cell in found[2:5])


def test_readings_above_kanji_and_control_signs_are_no_words(tmp_path):
    ruby = "<si><t>鶴見</t><rPh sb='0' eb='2'><t>ツルミ</t></rPh></si>"
    rich = "<si><r><t>子ども</t></r><r><rPr><b/></rPr><t>食堂_x000D_</t></r></si>"
    cell = '<c r="{at}" t="s"><v>%d</v></c>'
    assert one(tmp_path / "b.xlsx", cell % 0, cell % 1, strings=[ruby, rich]) == ["鶴見", "子ども食堂\r"]


def test_a_row_may_be_longer_than_the_names_and_empty_rows_are_none(tmp_path):
    sheet = [HEAD, row(2, "a", "題", "余り"), row(3, None, ""), row(9, "b", "題2"), row(400, "", None)]
    found = [(2, {"id": "a", "title": "題", "列3": "余り"}), (9, {"id": "b", "title": "題2"})]
    assert list(rows(workbook(tmp_path / "b.xlsx", sheet))) == found


def test_the_names_again_on_the_next_page_are_no_row(tmp_path):
    notes: list[str] = []
    path = workbook(tmp_path / "b.xlsx", [HEAD, row(2, "a", "題"), row(3, "id", "title"), row(4, "b", "title")])
    assert [line for line, _ in rows(path, note=notes.append)] == [2, 4]
    assert notes == ["3行目は列の名前の繰り返しなので、読みませんでした。"]


@pytest.mark.parametrize("name", ["b.xlsm", "b.csv", "b.zip", "B.XLSX", "b.xls"])
def test_a_workbook_is_one_whatever_it_is_called(tmp_path, name):
    assert list(rows(workbook(tmp_path / name, THREE))) == READ


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "古い形式（.xls）"),
        ("EncryptedPackage".encode("utf-16-le"), "パスワード"),
    ],
)
@pytest.mark.parametrize("name", ["b.xls", "b.xlsx", "b.csv"])
def test_an_old_book_and_one_with_a_password_are_refused_with_what_to_do(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + content)
    with pytest.raises(FileNotUnderstood, match=f"{name}.*{words}"):
        list(rows(tmp_path / name))


@pytest.mark.parametrize(
    "text", ["<html><table><tr><td>id</td></tr></table></html>", '\ufeff<?xml version="1.0"?><Workbook/>']
)
@pytest.mark.parametrize("name", ["b.xls", "b.xlsx", "b.csv"])
def test_a_web_page_that_is_called_a_table_is_refused_with_what_to_do(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(FileNotUnderstood, match=f"{name} はウェブページかXMLです"):
        list(rows(tmp_path / name))


@given(day=st.dates(date(1900, 3, 1), date(2199, 12, 31)), number=st.sampled_from([14, 27, 28, 31, 36, 50, 54, 57, 58]))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_day_comes_in_as_that_day(tmp_path, day, number):
    serial = (day - date(1899, 12, 30)).days
    assert one(tmp_path / "b.xlsx", styled(serial, 1), formats=[number])[0].date() == day
