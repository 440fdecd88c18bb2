"""The corporate-number file: recognised, read without its names, old names kept, the closed retired."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from openpyxl import Workbook

from knowledge.importing.checked import How
from knowledge.importing.exports import stats
from knowledge.importing.formats import FileNotUnderstood
from knowledge.importing.importers import import_file
from knowledge.importing.official.corporate_numbers import COLUMNS, is_corporate_number
from storage.models.knowledge import Organisation
from tests.knowledge.brought_in import import_in_batches
from tests.knowledge.register_files import ONE, THREE, TWO, corporation, number, written

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
LATER = datetime(2026, 5, 1, 3, tzinfo=UTC)
ELSEWHERE = {"市区町村名": "川崎市川崎区"}


async def put(database, path, now=NOW, dry_run=False, **how):
    return await import_in_batches(database, path, "organisation", now=now, dry_run=dry_run, how=How(**how))


async def organisation(database, corporate_number=ONE):
    async with database.reading() as session:
        return await session.get(Organisation, corporate_number)


@pytest.mark.parametrize(
    ("said", "is_one"),
    [(ONE, True), ("7000012050002", True), ("4000012090001", True),  # 国税庁 and 経済産業省, as they publish theirs
     (f"{(int(ONE[0]) % 9) + 1}{ONE[1:]}", False), (ONE[:-1], False), ("0" + ONE[1:], False), ("", False),
     ("１２３４５６７８９０１２３", False)],
)  # fmt: skip
def test_a_corporate_number_is_told_by_its_check_digit(said, is_one):
    assert is_corporate_number(said) == is_one


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
async def test_the_file_is_recognised_without_a_line_of_names(database, tmp_path, encoding):
    line = corporation(ONE, "特定非営利活動法人見本の会", フリガナ="ミホンノカイ", 郵便番号="2300000")
    report = await put(database, written(tmp_path / "14.csv", line, corporation(TWO, "見本"), encoding=encoding))
    assert (report.read, report.added, report.bad, report.layout) == (2, 2, [], "corporate-number")
    row = await organisation(database)
    assert (row.name, row.kana, row.ward) == ("特定非営利活動法人見本の会", "ミホンノカイ", "鶴見区")
    assert row.address == "神奈川県横浜市鶴見区見本町１丁目２番３号"
    assert (row.kind, row.source) == ("その他の設立登記法人", "国税庁法人番号公表サイト（2026-03-31更新）")
    assert (row.extra, row.aliases, row.retired_at) == ({"郵便番号": "2300000"}, [], None)
    again = await put(database, tmp_path / "14.csv", LATER)
    assert (again.unchanged, again.changed) == (2, 0)


async def test_a_copy_saved_from_excel_is_the_same(sqlite, tmp_path):
    book = Workbook()
    book.active.append([int(cell) if cell.isdecimal() else cell or None for cell in corporation(ONE, "見本の会")])
    book.save(tmp_path / "14.xlsx")
    assert (await put(sqlite, tmp_path / "14.xlsx")).added == 1
    row = await organisation(sqlite)
    assert (row.name, row.ward, row.kind) == ("見本の会", "鶴見区", "その他の設立登記法人")


@pytest.mark.parametrize(
    "said", [{"処理区分": "99"}, {"登記記録の閉鎖等年月日": "2026-01-31"}, {"検索対象除外": "1"}], ids=str
)
async def test_what_is_gone_is_retired_and_comes_back_when_the_file_says_so(sqlite, tmp_path, said):
    await put(sqlite, written(tmp_path / "a.csv", corporation(ONE, "見本の会")))
    await put(sqlite, written(tmp_path / "a.csv", corporation(ONE, "見本の会", **said)), LATER)
    assert (await organisation(sqlite)).retired_at == LATER
    await put(sqlite, written(tmp_path / "a.csv", corporation(ONE, "見本の会", 処理区分="22")), LATER)
    assert (await organisation(sqlite)).retired_at is None


STATES = [
    corporation(ONE, "最初の会", 最新履歴="0", **ELSEWHERE),
    corporation(ONE, "二番目の会", 最新履歴="0"),
    corporation(ONE, "今の会"),
]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("dry_run", [True, False])
async def test_older_names_become_aliases_in_whatever_order_they_come(sqlite, tmp_path, order, dry_run):
    path = written(tmp_path / "diff.csv", *(STATES[place] for place in order))
    report = await put(sqlite, path, only="横浜市", dry_run=dry_run)
    assert (report.read, report.added, report.changed, report.skipped) == (3, 1, 2, 0)
    row = await organisation(sqlite)
    if dry_run:
        assert row is None
    else:
        assert (row.name, row.ward) == ("今の会", "鶴見区")
        assert sorted(row.aliases) == ["二番目の会", "最初の会"]


async def test_an_older_name_reaches_who_is_known_and_makes_nobody(database, tmp_path):
    await put(database, written(tmp_path / "a.csv", corporation(ONE, "今の会")))
    older = [corporation(one, "昔の会", 最新履歴="0") for one in (ONE, TWO)]
    report = await put(database, written(tmp_path / "b.csv", *older), LATER)
    assert (report.changed, report.skipped) == (1, 1)
    row = await organisation(database)
    assert (row.name, row.aliases) == ("今の会", ["昔の会"])
    assert await organisation(database, TWO) is None


async def test_who_is_renamed_is_still_found_by_the_old_name(database, tmp_path):
    for name, now in (("昔の会", NOW), ("今の会", LATER), ("今の会", LATER)):
        await put(database, written(tmp_path / "a.csv", corporation(ONE, name)), now)
    row = await organisation(database)
    assert (row.name, row.aliases) == ("今の会", ["昔の会"])


async def test_what_another_file_told_is_kept(sqlite, tmp_path):
    (tmp_path / "o.csv").write_text(f"id,name,url,目的,メモ\n{ONE},見本の会,https://example.org,まちづくり,古い\n")
    await put(sqlite, tmp_path / "o.csv")
    await put(sqlite, written(tmp_path / "a.csv", corporation(ONE, "見本の会")), LATER)
    (tmp_path / "o.csv").write_text(f"id,name,メモ\n{ONE},見本の会,\n")
    await put(sqlite, tmp_path / "o.csv", LATER)
    row = await organisation(sqlite)
    assert (row.url, row.ward, row.extra) == ("https://example.org", "鶴見区", {"目的": "まちづくり"})


@pytest.mark.parametrize("only", ["横浜市", "神奈川県横浜市", "横浜市鶴見区", "神奈川県"])
async def test_only_a_place_skips_the_others(sqlite, tmp_path, only):
    lines = [
        corporation(ONE, "鶴見の会"),
        corporation(TWO, "川崎の会", **ELSEWHERE),
        corporation(THREE, "府中の会", 都道府県名="東京都", 市区町村名="府中市"),
        corporation(number(5), "海外の会", 都道府県名="", 市区町村名="", 国外所在地="アメリカ合衆国"),
    ]
    report = await put(sqlite, written(tmp_path / "a.csv", *lines), only=only)
    inside = 2 if only == "神奈川県" else 1
    assert (report.read, report.added, report.skipped, report.bad) == (4, inside, 4 - inside, [])


async def test_a_wrong_number_is_named_by_its_line(sqlite, tmp_path):
    lines = [corporation(ONE, "よい会"), corporation("1234567890123", "誤りの会"), corporation(TWO, "")]
    report = await put(sqlite, written(tmp_path / "a.csv", *lines))
    assert report.added == 1
    assert [(bad.line, bad.reason[:4]) for bad in report.bad] == [(2, "法人番号"), (3, "name")]


@pytest.mark.parametrize(
    ("how", "words"),
    [({"layout": "corporate-number"}, "30列"), ({"layout": "npo-register"}, "NPO法人の一覧ではありません"),
     ({"layout": "tax-office"}, "corporate-number・npo-register"), ({"only": "横浜市"}, "--only")],
)  # fmt: skip
async def test_a_file_that_is_not_what_was_said_is_refused_whole(sqlite, tmp_path, how, words):
    (tmp_path / "o.csv").write_text("id,name\na,見本の会\n")
    with pytest.raises(FileNotUnderstood, match=words):
        await put(sqlite, tmp_path / "o.csv", **how)
    async with sqlite.reading() as session:
        assert (await stats(session))["organisation"] == 0


async def test_cases_are_never_taken_for_corporations(sqlite, tmp_path):
    path = written(tmp_path / "a.csv", corporation(ONE, "見本の会"))
    with pytest.raises(FileNotUnderstood, match="organisation"):
        await import_in_batches(sqlite, path, "case", now=NOW, how=How(layout="corporate-number"))


async def test_one_transaction_does_the_same(sqlite, tmp_path):
    path = written(tmp_path / "diff.csv", *STATES)
    async with sqlite.transaction() as session:
        report = await import_file(session, path, "organisation", now=NOW)
    assert (report.read, report.added, report.changed) == (3, 1, 2)
    assert (await organisation(sqlite)).name == "今の会"


def test_the_columns_are_the_thirty_published():
    assert len(COLUMNS) == len(set(COLUMNS)) == 30
    assert [COLUMNS.index(name) + 1 for name in ("法人番号", "商号又は名称", "登記記録の閉鎖等年月日", "最新履歴")] == [
        2,
        7,
        19,
        24,
    ]
