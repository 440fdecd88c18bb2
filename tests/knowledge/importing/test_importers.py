"""Importers: people's files go in, bad rows are named, nothing else changes."""

import json
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge import changes
from knowledge.importing import sheets
from knowledge.importing.cells import BadValue
from knowledge.importing.columns import SHAPES, values
from knowledge.importing.exports import as_table, export_rows, stats
from knowledge.importing.formats import BadRow, length, rows
from knowledge.importing.importers import (
    FileNotUnderstood,
    check,
    import_file,
    import_shipped,
    write,
)
from storage.db import Database
from storage.models.knowledge import Organisation, PastCase, Scheme, WardFact
from tests.knowledge.brought_in import import_in_batches

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
LATER = datetime(2026, 5, 1, 3, tzinfo=UTC)
CASES = (
    "id,title,summary,body,ward,theme,schemes,organisations,year,source,published,memo\n"
    'a,空き家の図書室,"本と,居場所",本文,横浜市鶴見区,まちづくり・空き家,助成;講座,自治会,令和5年度,報告書,true,窓口\n'
    "b,川の清掃,,,つるみ,,,,2024,,,\n"
)


async def put(database: Database, path: Path, kind: str, now: datetime = NOW, **more):
    async with database.transaction() as session:
        return await import_file(session, path, kind, now=now, **more)


async def newest(database: Database) -> int:
    async with database.reading() as session:
        return (await changes.newest(session))[0]


def file(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
async def test_a_csv_goes_in_from_any_usual_encoding(sqlite, tmp_path, encoding):
    report = await put(sqlite, file(tmp_path, "cases.csv", CASES.encode(encoding)), "case")
    assert (report.read, report.added, report.bad) == (2, 2, [])
    async with sqlite.reading() as session:
        a, b = await session.get(PastCase, "a"), await session.get(PastCase, "b")
    assert (a.title, a.summary, a.ward, a.year) == ("空き家の図書室", "本と,居場所", "鶴見区", 2023)
    assert (a.schemes, a.organisations, a.published) == (["助成", "講座"], ["自治会"], True)
    assert a.extra == {"memo": "窓口"}
    assert (b.ward, b.published, b.sample) == ("鶴見区", False, False)


async def test_an_xlsx_json_and_jsonl_say_the_same_as_a_csv(database, tmp_path):
    lists = [
        {"id": "a", "title": "題", "schemes": ["助成"], "year": 2024},
        {"id": "b", "title": "題2", "published": True},
    ]
    book = Workbook()
    for line in (
        ["id", "title", "schemes", "year", "published"],
        ["a", "題", '["助成"]', 2024],
        ["b", "題2", None, None, True],
    ):
        book.active.append(line)
    book.save(tmp_path / "c.xlsx")
    file(tmp_path, "c.json", json.dumps(lists))
    file(tmp_path, "c.jsonl", "\n\n".join(json.dumps(row, ensure_ascii=False) for row in lists))
    file(tmp_path, "c.csv", "id,title,schemes,year,published\na,題,助成,2024,\nb,題2,,,1\n")
    first = await put(database, tmp_path / "c.xlsx", "case")
    assert (first.read, first.added) == (2, 2)
    for name in ("c.json", "c.jsonl", "c.csv"):
        report = await put(database, tmp_path / name, "case", LATER)
        assert (report.added, report.changed, report.unchanged, report.bad) == (0, 0, 2, []), name


async def test_what_changed_is_changed_and_only_that_is_logged(database, tmp_path):
    await put(database, file(tmp_path, "c.csv", CASES), "case")
    before = await newest(database)
    report = await put(database, file(tmp_path, "c.csv", CASES.replace("川の清掃", "海の清掃")), "case", LATER)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    after = await newest(database)
    async with database.reading() as session:
        assert await changes.since(session, before, after) == {("case", "b")}
        b = await session.get(PastCase, "b")
        assert (b.title, b.updated_at) == ("海の清掃", LATER)


async def test_a_dry_run_reports_and_writes_nothing(database, tmp_path):
    report = await put(database, file(tmp_path, "c.csv", CASES + "a,もう一度\n"), "case", dry_run=True)
    assert (report.read, report.added, [bad.line for bad in report.bad]) == (3, 2, [4])
    async with database.reading() as session:
        assert (await stats(session))["case"] == 0
    assert await newest(database) == 0


async def test_bad_rows_are_named_by_line_and_the_others_go_in(database, tmp_path):
    text = "id,title,year,published\n,題,,\nb,,,\nc,よい,2024,\nd,題,去年,\ne,題,,たぶん\nf,題,,,余り\ng,よい,,\n"
    report = await put(database, file(tmp_path, "c.csv", text), "case")
    assert report.added == 4
    assert [bad.line for bad in report.bad] == [2, 3, 7]
    assert "id がありません" in report.bad[0].reason
    assert list(report.reasons().values()) == [[2], [3], [7]]
    assert [(cell.line, cell.reason[:10]) for cell in report.left_out] == [(5, "year が年として"), (6, "published ")]
    async with database.reading() as session:
        d, e = await session.get(PastCase, "d"), await session.get(PastCase, "e")
    assert (d.title, d.year, d.extra) == ("題", None, {"元のyear": "去年"})
    assert (e.published, e.extra) == (False, {"元のpublished": "たぶん"})


async def test_a_broken_line_of_jsonl_and_bytes_of_no_encoding_cost_only_their_row(database, tmp_path):
    lines = [
        b'{"id": "a", "title": "x"}',
        b"{not json",
        b"[1]",
        b'{"id": "\x81\xff", "title": "x"}',
        b'{"id": "b", "title": "x"}',
    ]
    report = await put(database, file(tmp_path, "c.jsonl", b"\n".join(lines)), "case")
    assert (report.added, [bad.line for bad in report.bad]) == (2, [2, 3, 4])


@pytest.mark.parametrize(
    ("name", "content"),
    [("c.pdf", "x"), ("c.csv", ""), ("c.xlsx", "not a zip"), ("c.json", "{"), ("gone.csv", None)],
)
async def test_a_file_that_cannot_be_read_says_so(sqlite, tmp_path, name, content):
    path = tmp_path / name if content is None else file(tmp_path, name, content)
    with pytest.raises(FileNotUnderstood, match=name):
        await put(sqlite, path, "case")


async def test_an_unknown_kind_names_the_known(sqlite, tmp_path):
    with pytest.raises(FileNotUnderstood, match="ward-fact"):
        await put(sqlite, file(tmp_path, "c.csv", CASES), "cases")


async def test_a_register_of_corporations_goes_in_with_its_own_column_names(database, tmp_path):
    line = {
        "id": "1", "name": "特定非営利活動法人見本", "core": "見本", "kana": "ミホン", "kind": "399",
        "pref": "神奈川県", "city": "横浜市南区", "addr": "南太田1丁目", "old": ["旧見本"], "closed": False,
    }  # fmt: skip
    path = file(tmp_path, "o.jsonl", json.dumps(line))
    await put(database, path, "organisation")
    async with database.reading() as session:
        row = await session.get(Organisation, "1")
    assert (row.ward, row.address, row.aliases) == ("南区", "南太田1丁目", ["旧見本"])
    assert (row.kind, row.retired_at) == ("その他の設立登記法人", None)

    file(tmp_path, "o.jsonl", json.dumps({**line, "closed": True}))
    assert (await put(database, path, "organisation", LATER)).changed == 1
    async with database.reading() as session:
        assert (await session.get(Organisation, "1")).retired_at == LATER
        assert (await stats(session))["organisation"] == 0


async def test_a_retired_entry_stays_retired_when_the_file_says_nothing(database, tmp_path):
    await put(database, file(tmp_path, "c.csv", "id,title,retired\na,題,1\n"), "case")
    await put(database, file(tmp_path, "c.csv", "id,title\na,新しい題\n"), "case", LATER)
    async with database.reading() as session:
        row = await session.get(PastCase, "a")
    assert (row.title, row.retired_at) == ("新しい題", NOW)


async def test_ward_facts_are_one_per_ward_indicator_and_date(database, tmp_path):
    text = "ward,indicator,value,as_of\n鶴見,人口,1,2024\n鶴見区,人口,2,2025\n火星,人口,3,2025\n"
    report = await put(database, file(tmp_path, "w.csv", text), "ward-fact")
    assert (report.added, [bad.line for bad in report.bad]) == (2, [4])
    async with database.reading() as session:
        assert (await session.get(WardFact, ("鶴見区", "人口", "2025"))).value == "2"


async def test_of_more_rows_than_a_batch_the_first_of_an_id_wins_and_the_others_are_told(database, tmp_path):
    lines = [f"{n % 1100},題{n}" for n in range(1300)]
    told = []
    path = file(tmp_path, "c.csv", "\n".join(["id,title", *lines]))
    report = await put(database, path, "case", on_row=told.append)
    assert (report.read, report.added, report.changed) == (1300, 1100, 0)
    assert list(report.reasons().items()) == [
        ("id が前の行と同じです（先の行だけを取り込みます）", list(range(1102, 1302)))
    ]
    assert told[-1] == 1300
    async with database.reading() as session:
        assert (await session.get(PastCase, "5")).title == "題5"


async def test_an_id_is_the_same_in_any_width(database, tmp_path):
    first = file(tmp_path, "c.csv", "id,title\nＲ５－００１,はじめ\nR5-001,同じ番号\n")
    report = await put(database, first, "case")
    assert (report.added, [bad.line for bad in report.bad]) == (1, [3])
    again = await put(database, file(tmp_path, "d.csv", "id,title\nR5-００１,あらため\n"), "case")
    assert (again.added, again.changed) == (0, 1)
    async with database.reading() as session:
        assert (await session.get(PastCase, "R5-001")).title == "あらため"


@pytest.mark.parametrize("names", ["id,title,memo,memo", "ID,title,ｉｄ", "id,title,title ,memo"])
async def test_two_columns_of_the_same_name_are_refused(sqlite, tmp_path, names):
    with pytest.raises(FileNotUnderstood, match="という名前の列が2つあります"):
        await put(sqlite, file(tmp_path, "c.csv", f"{names}\na,題,x,y\n"), "case")
    async with sqlite.reading() as session:
        assert (await stats(session))["case"] == 0


async def test_columns_without_a_name_are_no_doubles(sqlite, tmp_path):
    report = await put(sqlite, file(tmp_path, "c.csv", "id,title,,\na,題,x,y\n"), "case")
    assert (report.added, report.bad) == (1, [])


async def test_a_hub_can_write_between_the_batches(sqlite, sqlite_url, tmp_path):
    lines = [f"{n % 1100},題{n}" for n in range(1300)] + [",番号がない"]
    path = file(tmp_path, "c.csv", "\n".join(["id,title", *lines]))
    kept = []

    def on_row(read):
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0)) as hub:
            hub.execute("BEGIN IMMEDIATE")  # fails at once while another holds the lock
            kept.append((read, hub.execute("SELECT count(*) FROM past_case").fetchone()[0]))

    before = await newest(sqlite)
    report = await import_in_batches(sqlite, path, "case", now=NOW, on_row=on_row)

    assert kept == [(500, 500), (1000, 1000), (1301, 1100)]
    assert (report.read, report.added, report.changed, len(report.bad)) == (1301, 1100, 0, 201)
    after = await newest(sqlite)
    async with sqlite.reading() as session:
        changed = await changes.since(session, before, after)
    assert changed == {("case", str(n)) for n in range(1100)}
    again = await import_in_batches(sqlite, path, "case", now=LATER, dry_run=True)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1100)


@pytest.mark.parametrize("dry_run", [True, False])
async def test_batches_report_what_one_transaction_reports(database, tmp_path, dry_run):
    path = file(tmp_path, "c.csv", CASES + "a,もう一度\n,題\n")
    told = await import_in_batches(database, path, "case", now=NOW, dry_run=dry_run)
    assert told == await put(database, path, "case", dry_run=True) if dry_run else told.added == 2
    async with database.reading() as session:
        assert (await stats(session))["case"] == (0 if dry_run else 2)


async def test_a_file_that_breaks_off_leaves_nothing_behind(sqlite, tmp_path, monkeypatch):
    def breaks_off(path, head, note):
        yield from ((n, {"id": str(n), "title": "題"}) for n in range(700))
        raise FileNotUnderstood("c.csv")

    monkeypatch.setattr("knowledge.importing.checked.rows", breaks_off)
    with pytest.raises(FileNotUnderstood):
        await import_in_batches(sqlite, tmp_path / "c.csv", "case", now=NOW)
    async with sqlite.reading() as session:
        assert (await stats(session))["case"] == 0


async def test_what_a_row_leaves_open_is_kept_and_what_it_empties_is_emptied(database, tmp_path):
    await put(database, file(tmp_path, "c.csv", "id,title,theme,memo,note\na,題,福祉,窓口,旧\n"), "case")
    await put(database, file(tmp_path, "c.csv", "id,title,theme,note\na,題,,\n"), "case", LATER)
    async with database.reading() as session:
        row = await session.get(PastCase, "a")
    assert (row.theme, row.extra) == ("", {"memo": "窓口"})


async def test_a_long_file_waits_on_the_disk_and_comes_back_whole(sqlite, tmp_path, monkeypatch):
    monkeypatch.setattr("knowledge.importing.checked.IN_MEMORY", 10)
    path = file(tmp_path, "c.csv", "id,title\n" + "".join(f"{n},題{n}\n" for n in range(1200)))
    with check(path, "case") as checked:
        assert [(read, len(part)) for read, part in checked.batches()] == [(500, 500), (500, 500), (200, 200)]
        assert (await write(sqlite, checked, now=NOW)).added == 1200


async def test_the_lines_read_are_told(tmp_path):
    told = []
    path = file(tmp_path, "c.csv", "id,title\n" + "".join(f"{n},題{n}\n" for n in range(1200)))
    with check(path, "case", on_line=told.append):
        assert told == [501, 1001]
    assert length(path) == 1202
    assert length(tmp_path / "gone.csv") == 0


async def test_a_date_of_a_spreadsheet_is_a_date(sqlite, tmp_path):
    book = Workbook()
    book.active.append(["ward", "indicator", "value", "as_of"])
    book.active.append(["鶴見区", "人口", 290000, datetime(2024, 4, 1)])  # noqa: DTZ001  # a spreadsheet knows no zone
    book.save(tmp_path / "w.xlsx")
    await put(sqlite, tmp_path / "w.xlsx", "ward-fact")
    async with sqlite.reading() as session:
        assert (await session.get(WardFact, ("鶴見区", "人口", "2024-04-01"))).value == "290000"


async def test_what_ships_goes_in_whole_and_samples_are_marked(database):
    async with database.transaction() as session:
        reports = await import_shipped(session, NOW)
    assert all(report.bad == [] and report.added == report.read for report in reports.values())
    async with database.reading() as session:
        counts = await stats(session)
        assert counts["sample cases"] == counts["case"] >= 40
        assert counts["sample organisations"] == counts["organisation"] >= 40
        assert (await session.get(Scheme, "dialogue-lab")).name == "対話&創造ラボ"
        assert counts["ward-fact"] >= 18


@pytest.mark.parametrize("kind", SHAPES)
async def test_what_is_exported_comes_back_unchanged(database, tmp_path, kind):
    async with database.transaction() as session:
        await import_shipped(session, NOW)
    async with database.reading() as session:
        lines = [json.dumps(row, ensure_ascii=False) async for row in export_rows(session, kind)]
    report = await put(database, file(tmp_path, "out.jsonl", "\n".join(lines)), kind, LATER)
    assert (report.unchanged, report.added, report.changed, report.bad) == (len(lines), 0, 0, [])


@pytest.mark.parametrize("ending", sheets.AS)
async def test_a_table_of_ours_comes_back_and_no_spreadsheet_runs_it(sqlite, tmp_path, ending):
    row = {
        "id": "a", "title": "=HYPERLINK(1)", "summary": "＝1+1", "schemes": ["助成;金", "講座；会"], "year": 2024,
        "organisations": ["[角]括弧の会"], "published": True, "＋計": "3", "memo": None,
    }  # fmt: skip
    await put(sqlite, file(tmp_path, "in.json", json.dumps([row, {"id": "00123", "title": "'=題"}])), "case")
    async with sqlite.reading() as session:
        table = as_table("case", [row async for row in export_rows(session, "case")])
    (tmp_path / f"out.{ending}").write_bytes(sheets.AS[ending]([table]))
    report = await put(sqlite, tmp_path / f"out.{ending}", "case", LATER)
    assert (report.unchanged, report.bad) == (2, [])


json_like = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=12) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(kind=st.sampled_from(sorted(SHAPES)), data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_row_is_taken_or_refused_with_a_reason(kind, data):
    shape = SHAPES[kind]
    row = data.draw(st.dictionaries(st.sampled_from([*shape.columns, *shape.other_names, "extra", "x"]), json_like))
    row |= data.draw(st.sampled_from([{}, {"id": "a", "title": "題", "name": "名", "ward": "西区", "as_of": "R6"}]))
    try:
        made, _ = values(row, shape)
    except BadValue:
        return
    assert all(made[name] for name in shape.required)
    json.dumps(made, allow_nan=False)


@given(content=st.binary(max_size=200), ending=st.sampled_from([".csv", ".json", ".jsonl", ".xlsx", ".zip"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_refused(tmp_path, content, ending):
    path = file(tmp_path, f"any{ending}", content)
    with suppress(FileNotUnderstood):
        for line, row in rows(path):
            assert line >= 1
            assert isinstance(row, (dict, BadRow))


async def test_a_list_may_have_a_line_for_each(sqlite, tmp_path):
    path = file(tmp_path, "a.csv", 'id,title,organisations\na,題,"あおば会\r\n つるみの会；みどり会\n"\n')
    async with sqlite.transaction() as session:
        await import_file(session, path, "case", now=NOW)
        assert (await session.get_one(PastCase, "a")).organisations == ["あおば会", "つるみの会", "みどり会"]
