"""Mapping files: somebody's own column names, told once in a small file."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge.importing import mappings
from knowledge.importing.checked import How
from knowledge.importing.columns import SHAPES
from knowledge.importing.exports import stats
from knowledge.importing.formats import FileNotUnderstood
from storage.models.knowledge import Organisation, PastCase
from tests.knowledge.brought_in import import_in_batches

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
MAP = """
id: {from: No, prefix: R5-}
title: 事業名
body: [事業の内容, 成果, 課題]
schemes: [助成金, 講座]
ward: 実施区
year: {value: 令和5年度}
source: {value: 令和5年度事業報告書}
ignore: [担当者名]
"""
LINES = [
    ["No", "事業名", "事業の\n内容", "成果", "課題", "助成金", "講座", "実施区", "担当者名", "予算", "title"],
    [
        "1",
        "空き家の図書室",
        "本を置く",
        "",
        "人手",
        "ふるさと助成",
        "地域講座",
        "横浜市鶴見区",
        "見本 花子",
        "50",
        "別名",
    ],
    ["", "番号がない", "", "", "", "", "", "", "", "", ""],
]


def mapping(tmp_path: Path, text: str | bytes = MAP) -> How:
    path = tmp_path / "map.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return How(mapping=path)


def table(tmp_path: Path, *lines: list[str], ending: str = ".csv") -> Path:
    path = tmp_path / f"jigyo{ending}"
    if ending == ".xlsx":
        book = Workbook()
        for line in lines:
            book.active.append(line)
        book.save(path)
    elif ending == ".jsonl":
        rows = (dict(zip(lines[0], line, strict=True)) for line in lines[1:])
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    else:
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in line) for line in lines))
    return path


async def put(database, path, how, kind="case"):
    return await import_in_batches(database, path, kind, now=NOW, how=how)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".jsonl"])
async def test_a_list_with_its_own_columns_goes_in(database, tmp_path, ending):
    report = await put(database, table(tmp_path, *LINES, ending=ending), mapping(tmp_path))
    assert (report.read, report.added, report.layout) == (2, 1, "mapping")
    assert [bad.reason for bad in report.bad] == ["id がありません"]
    async with database.reading() as session:
        row = await session.get(PastCase, "R5-1")
    assert (row.title, row.body, row.ward, row.year) == ("空き家の図書室", "本を置く\n人手", "鶴見区", 2023)
    assert (row.schemes, row.source) == (["ふるさと助成", "地域講座"], "令和5年度事業報告書")
    assert row.extra == {"予算": "50", "元のtitle": "別名"}


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
async def test_lines_above_the_names_are_passed_over(sqlite, tmp_path, ending):
    above = [["令和5年度 協働事業一覧"], ["", "2024年3月作成"]]
    report = await put(sqlite, table(tmp_path, *above, *LINES, ending=ending), mapping(tmp_path))
    assert (report.added, [bad.line for bad in report.bad]) == (1, [6 if ending == ".csv" else 5])


async def test_a_mapping_may_be_in_cp932_and_of_organisations(sqlite, tmp_path):
    path = table(tmp_path, ["登録番号", "団体名", "旧称"], ["７", "見本の会", "旧見本;元祖見本"])
    text = "id: {from: [登録番号], prefix: kouhoku-}\nname: 団体名\naliases: 旧称\n"
    await put(sqlite, path, mapping(tmp_path, text.encode("cp932")), "organisation")
    async with sqlite.reading() as session:
        row = await session.get(Organisation, "kouhoku-7")
    assert (row.name, row.aliases) == ("見本の会", ["旧見本", "元祖見本"])


async def test_two_columns_of_the_same_name_are_refused_unless_they_are_ignored(sqlite, tmp_path):
    path = table(tmp_path, ["番号", "団体名", "備考", "備 考"], ["7", "見本の会", "x", "y"])
    text = "id: 番号\nname: 団体名\n"
    with pytest.raises(FileNotUnderstood, match="「備考」という名前の列が2つあります"):
        await put(sqlite, path, mapping(tmp_path, text), "organisation")

    report = await put(sqlite, path, mapping(tmp_path, text + "ignore: [備考]\n"), "organisation")

    assert (report.added, report.bad) == (1, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("titel: 事業名", "「titel」という列はありません。使えるのは id・title"),
        ("id: No\ntitle: 事業の名前", "列「事業の名前」が、ファイルにありません。ファイルの列は「No」「事業名」"),
        ("id: 番号\ntitle: 名前", "列「番号」「名前」が、ファイルにありません"),
        ("title: 事業名", "「id」に当たる列"),
        ("id: {value: 1, from: No}", "「id」には列の名前か"),
        ("id: {header: No}", "「id」には列の名前か"),
        ("id: [No, {a: b}]", "「id」に列の名前が書かれていません"),
        ("id:", "「id」に列の名前が書かれていません"),
        ("id: [", "YAMLとして読めません"),
        ("id: No\n\ttitle: x", "2行目がYAMLとして読めません"),
        ("- id", "1行に1列ずつ"),
        ("", "1行に1列ずつ"),
        (b"\xff\xfe\x00", "YAMLとして読めません"),
        (b"id: " + b"x" * mappings.LARGEST, "大きすぎます"),
    ],
)
async def test_a_wrong_mapping_is_one_sentence_before_anything_is_written(sqlite, tmp_path, text, words):
    with pytest.raises(FileNotUnderstood, match=r"対応表 map\.yml") as told:
        await put(sqlite, table(tmp_path, *LINES), mapping(tmp_path, text))
    assert words in str(told.value)
    assert "\n" not in str(told.value)
    async with sqlite.reading() as session:
        assert (await stats(session))["case"] == 0


async def test_a_column_that_no_line_of_jsonl_has_is_missing(sqlite, tmp_path):
    path = table(tmp_path, *(line[:4] for line in LINES), ending=".jsonl")
    with pytest.raises(FileNotUnderstood, match="「課題」"):
        await put(sqlite, path, mapping(tmp_path))
    async with sqlite.reading() as session:
        assert (await stats(session))["case"] == 0


async def test_a_mapping_that_is_not_there_says_so(sqlite, tmp_path):
    with pytest.raises(FileNotUnderstood, match="開けません"):
        await put(sqlite, table(tmp_path, *LINES), How(mapping=tmp_path / "gone.yml"))


async def test_a_mapping_and_a_layout_exclude_each_other(sqlite, tmp_path):
    how = How(mapping=mapping(tmp_path).mapping, layout="npo-register")
    with pytest.raises(FileNotUnderstood, match="どちらか1つ"):
        await put(sqlite, table(tmp_path, *LINES), how, "organisation")


@given(content=st.binary(max_size=120) | st.text(alphabet='id:{}[]&*!,-| \n"title', max_size=60).map(str.encode))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_mapping_is_read_or_refused(tmp_path, content):
    path = tmp_path / "any.yml"
    path.write_bytes(content)
    try:
        made = mappings.read(path, SHAPES["case"])
    except FileNotUnderstood:
        return
    assert set(made.parts) <= set(SHAPES["case"].columns)
