"""Files as people hand them in: what they say goes in once, as they meant it, and what doesn't is told."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from knowledge.importing import sheets
from knowledge.importing.columns import SHAPES, values
from knowledge.importing.exports import as_table, export_rows
from knowledge.importing.files.contents import Unreadable
from knowledge.importing.importers import FileNotUnderstood, How, ImportReport, import_file
from storage.db import Database
from storage.models.knowledge import Organisation, PastCase, WardFact
from tests.knowledge.workbooks import row, styled, workbook

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)


async def put(database: Database, path: Path, kind: str, content: str = "", **more: Any) -> ImportReport:
    if content:
        path.write_text(content)  # noqa: ASYNC240  # nobody waits in a test
    async with database.transaction() as session:
        return await import_file(session, path, kind, now=NOW, **more)


async def found(database: Database, table: type) -> list[Any]:
    async with database.reading() as session:
        return list((await session.exec(select(table))).all())


async def test_one_day_is_one_figure_with_what_was_written_beside_it(database, tmp_path):
    days = (
        "鶴見区,世帯数,1,2024-04-01\n鶴見区,世帯数,2,2024/4/1\n鶴見区,世帯数,3,令和6年4月1日\n鶴見区,世帯数,4,R6.4.1\n"
    )
    report = await put(database, tmp_path / "w.csv", "ward-fact", f"ward,indicator,value,as_of\n{days}")
    assert (report.added, [bad.line for bad in report.bad]) == (1, [3, 4, 5])

    again = await put(
        database, tmp_path / "w.csv", "ward-fact", "ward,indicator,value,as_of\n鶴見,世帯数,5,令和6年4月1日\n"
    )

    assert (again.added, again.changed) == (0, 1)
    [fact] = await found(database, WardFact)
    assert (fact.as_of, fact.value, fact.extra) == ("2024-04-01", "5", {"元のas_of": "令和6年4月1日"})
    async with database.reading() as session:
        table = as_table("ward-fact", [row async for row in export_rows(session, "ward-fact")])
    (tmp_path / "out.csv").write_bytes(sheets.as_csv([table]))
    assert (await put(database, tmp_path / "out.csv", "ward-fact")).unchanged == 1


async def test_a_month_a_year_and_a_fiscal_year_are_figures_of_their_own(sqlite, tmp_path):
    times = ["令和6年度", "令和6年", "令和6年4月", "2024年度", "２０２４", "R6.4"]
    lines = "".join(f"西区,人口,{place},{said}\n" for place, said in enumerate(times))
    report = await put(sqlite, tmp_path / "w.csv", "ward-fact", f"ward,indicator,value,as_of\n{lines}")
    assert {fact.as_of for fact in await found(sqlite, WardFact)} == {"2024年度", "2024", "2024-04"}
    assert (report.added, [bad.line for bad in report.bad]) == (3, [5, 6, 7])


async def test_a_figure_whose_day_cannot_be_read_is_told(sqlite, tmp_path):
    lines = "".join(f"西区,人口,1,{said}\n" for said in ("45383", "24/4/1", "#N/A", "2024-02-30", ""))
    report = await put(sqlite, tmp_path / "w.csv", "ward-fact", f"ward,indicator,value,as_of\n{lines}")
    assert (report.added, [bad.line for bad in report.bad]) == (0, [2, 3, 4, 5, 6])


async def test_a_workbook_of_figures_goes_in_as_it_is_seen(sqlite, tmp_path):
    lines = [
        row(1, "区別の指標"),
        row(3, "ward", "indicator", "value", "as_of"),
        row(4, "西区", "人口", 104935, styled(45383, 1)),
        row(5, None, "世帯数", 56000, styled(45383, 2)),
        row(6, None, "高齢化率", styled(0.201, 3), styled(45383, 4)),
    ]
    path = workbook(
        tmp_path / "w.xlsx", [row(1, "ward", "x")], lines, states=["hidden"], merged=["A4:A6"],
        formats=[28, 'yyyy"年"m"月"', "0.0%", 14], dimension='<dimension ref="A1:B2"/>',
    )  # fmt: skip
    report = await put(sqlite, path, "ward-fact")
    assert (report.added, report.bad) == (3, [])
    assert report.notes == ["シート「表2」だけを読みました。読んでいないシートは「表1」です。"]
    assert {(fact.indicator, fact.value, fact.as_of) for fact in await found(sqlite, WardFact)} == {
        ("人口", "104935", "2024-04-01"), ("世帯数", "56000", "2024-04"), ("高齢化率", "20.1%", "2024-04-01"),
    }  # fmt: skip


async def test_a_unit_beside_a_value_is_said_once(sqlite, tmp_path):
    lines = "西区,高齢化率,20.1%,%,2024\n西区,人口,290000人,人,2024\n西区,世帯,5,世帯,2024\n西区,印,%,%,2024\n"
    await put(sqlite, tmp_path / "w.csv", "ward-fact", f"ward,indicator,value,unit,as_of\n{lines}")
    assert {fact.value for fact in await found(sqlite, WardFact)} == {"20.1", "290000", "5", "%"}


async def test_signs_that_nobody_sees_make_no_second_entry(database, tmp_path):
    await put(database, tmp_path / "c.csv", "case", "id,title\nR5-001,題\n")
    again = await put(
        database, tmp_path / "c.csv", "case", "\u200bＩＤ,Title\u200b,ｗａｒｄ,ｍｅｍｏ\nR5\u200b-001,題,西区,注\n"
    )
    assert (again.added, again.changed, again.notes) == (0, 1, [])
    [case] = await found(database, PastCase)
    assert (case.id, case.ward, case.extra) == ("R5-001", "西区", {"memo": "注"})


@pytest.mark.parametrize("dry_run", [True, False])
async def test_an_id_that_could_be_another_is_told(database, tmp_path, dry_run):
    await put(database, tmp_path / "c.csv", "case", "id,title\nR5-001,題\n00123,題\n")
    report = await put(database, tmp_path / "c.csv", "case", "id,title\nr5_1,題\n123,題\nR6-1,題\n", dry_run=dry_run)
    assert (report.added, report.notes) == (
        3,
        [
            "id「r5_1」は「R5-001」に似ていますが、別の項目として入りました。",
            "id「123」は「00123」に似ていますが、別の項目として入りました。",
        ],
    )
    facts = "ward,indicator,value,as_of\n西区,人口（人）,1,2024\n西区,人口 (人),1,2025\n中区,人口(人),1,2025\n"
    figures = await put(database, tmp_path / "w.csv", "ward-fact", facts, dry_run=dry_run)
    assert figures.notes == ["indicator「人口 (人)」は「人口(人)」に似ていますが、別の項目として入りました。"]


async def test_a_column_whose_name_is_a_slip_is_told(sqlite, tmp_path):
    report = await put(sqlite, tmp_path / "c.csv", "case", "id,title,wards,備考\na,題,西区,注\n")
    assert report.notes == ["列「wards」は「ward」に似ていますが、別の列として残しました。"]
    with pytest.raises(
        FileNotUnderstood, match=r"c\.csv：「title」という列がありません.*「titel」は「title」のことでしょうか"
    ):
        await put(sqlite, tmp_path / "c.csv", "case", "id,titel\na,題\n")
    report = await put(sqlite, tmp_path / "c.jsonl", "case", '{"id": "b", "title": "題", "sumary": "要約"}\n')
    assert report.notes == ["列「sumary」は「summary」に似ていますが、別の列として残しました。"]


async def test_two_names_that_look_the_same_lose_neither(sqlite, tmp_path):
    report = await put(sqlite, tmp_path / "c.jsonl", "case", '{"id": "a", "title": "題", "ＴＩＴＬＥ": "別の題"}\n')
    assert [bad.reason for bad in report.bad] == ["「title」という名前の列が2つあります"]
    report = await put(sqlite, tmp_path / "c.csv", "case", "id,title,\u200b,\u200b\na,題,左,右\n")
    [case] = await found(sqlite, PastCase)
    assert (report.bad, case.extra) == ([], {"列3": "左", "列4": "右"})


@pytest.mark.parametrize("said", ["1.02E+12", "1E+05", "#REF!", "########"])
async def test_an_id_that_a_spreadsheet_spoilt_is_no_id(sqlite, tmp_path, said):
    report = await put(sqlite, tmp_path / "c.csv", "case", f"id,title\n{said},題\nb,題\n")
    assert (report.added, [bad.line for bad in report.bad]) == (1, [2])


async def test_ids_of_a_workbook_are_those_that_are_seen(sqlite, tmp_path):
    lines = [row(1, "id", "title"), row(2, styled(123, 1), "題"), row(3, 1020001071491, "題"), row(4, 1.5e15, "題")]
    report = await put(sqlite, workbook(tmp_path / "c.xlsx", lines, formats=["00000"]), "case")
    assert {case.id for case in await found(sqlite, PastCase)} == {"00123", "1020001071491"}
    assert "桁が表計算ソフトで失われています" in report.bad[0].reason


async def test_one_cell_that_cannot_be_read_costs_itself_and_is_told(database, tmp_path):
    head = "id,title,year,published,schemes,memo\n"
    await put(database, tmp_path / "c.csv", "case", f"{head}a,題,令和5年度,true,助成,注\n")
    report = await put(database, tmp_path / "c.csv", "case", f'{head}a,新しい題,去年,#N/A,"[助成",#REF!\n')

    assert (report.changed, report.bad, [cell.line for cell in report.left_out]) == (1, [], [2, 2, 2, 2])
    [case] = await found(database, PastCase)
    assert (case.title, case.year, case.published, case.schemes) == ("新しい題", 2023, True, ["助成"])
    assert case.extra == {"memo": "注", "元のyear": "去年", "元のpublished": "#N/A", "元のschemes": "[助成"}

    await put(database, tmp_path / "c.csv", "case", f"{head}a,新しい題,2024,true,講座,注\n")
    [case] = await found(database, PastCase)
    assert (case.year, case.schemes, case.extra) == (2024, ["講座"], {"memo": "注"})


async def test_a_mapping_loses_no_row_for_a_cell_either(sqlite, tmp_path):
    (tmp_path / "map.yml").write_text("id: 番号\ntitle: 事業名\nyear: 年度\nsummary: [概要, 成果]\n")
    lines = "番号,事業名,年度,概要,成果\n1,題,#REF!,よい,#N/A\n"
    report = await put(sqlite, tmp_path / "c.csv", "case", lines, how=How(tmp_path / "map.yml"))
    assert (report.added, report.bad, len(report.left_out)) == (1, [], 2)


async def test_a_register_loses_no_row_for_a_cell_either(sqlite, tmp_path):
    head = "法人名称,所轄庁,主たる事務所の所在地,定款に記載された目的\n"
    await put(sqlite, tmp_path / "n.csv", "organisation", f"{head}見本の会,横浜市,横浜市西区,福祉\n")
    report = await put(sqlite, tmp_path / "n.csv", "organisation", f"{head}見本の会,横浜市,横浜市中区,#NAME?\n")
    assert (report.changed, report.bad, [cell.reason for cell in report.left_out]) == (1, [], ["目的 の欄が読めません"])
    [one] = await found(sqlite, Organisation)
    assert (one.ward, one.extra["目的"]) == ("中区", "福祉")
    spoilt = await put(sqlite, tmp_path / "n.csv", "organisation", f"{head}見本の会,#N/A,横浜市中区,福祉\n")
    assert (spoilt.added, len(spoilt.bad)) == (0, 1)  # its id is made of name and authority


async def test_a_formula_without_its_result_is_told(sqlite, tmp_path):
    lines = [row(1, "id", "title", "summary"), row(2, "a", "題", '<c r="{at}"><f>A2</f><v/></c>')]
    report = await put(sqlite, workbook(tmp_path / "c.xlsx", lines), "case")
    assert (report.added, [cell.reason[:15] for cell in report.left_out]) == (1, ["summary の数式の結果が"[:15]])


async def test_a_number_is_what_a_spreadsheet_shows(sqlite, tmp_path):
    lines = [row(1, "ward", "indicator", "value", "as_of"), row(2, "西区", "率", 0.30000000000000004, 2024)]
    lines += [row(3, "西区", "数", 1e-7, "2024"), row(4, "西区", "人", 5.0, "2024.0")]
    await put(sqlite, workbook(tmp_path / "w.xlsx", lines), "ward-fact")
    assert {fact.value for fact in await found(sqlite, WardFact)} == {"0.3", "0.0000001", "5"}


OPTIONAL = [
    (kind, name)
    for kind, shape in SHAPES.items()
    for name in shape.columns
    if name not in (*shape.required, *shape.key, "sample")  # that one is also told by the source
]
CELLS = ["#N/A", "####", "去年", "[", "{", Unreadable("文字が読めません"), {"a": 1}, [[1]], float("nan")]


@pytest.mark.parametrize(("kind", "name"), OPTIONAL)
@given(
    cell=st.sampled_from(
        ["#N/A", "####", "去年", "[", "{", Unreadable("文字が読めません"), {"a": 1}, [[1]], float("nan")]
    )
)
def test_no_optional_cell_refuses_its_row(kind, name, cell):
    shape = SHAPES[kind]
    known = {"id": "a", "title": "題", "name": "名", "ward": "西区", "indicator": "人口", "as_of": "2024"}
    whole, _ = values(known, shape)
    made, left_out = values(known | {name: cell}, shape)
    assert all(made[one] == whole[one] for one in shape.required)
    assert (name in made) != bool(left_out)


async def test_an_organisation_found_again_keeps_its_extra_columns_in_one_spelling(sqlite, tmp_path):
    await put(sqlite, tmp_path / "o.csv", "organisation", "id,name,活動分野\na,会,福祉\n")
    await put(sqlite, tmp_path / "o.csv", "organisation", "id,name,活動分野\u200b\na,会,環境\n")
    [one] = await found(sqlite, Organisation)
    assert one.extra == {"活動分野": "環境"}
