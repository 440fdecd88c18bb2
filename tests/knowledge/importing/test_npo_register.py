"""The register of NPO corporations: what they do comes in, who represents them doesn't."""

import json
from datetime import UTC, datetime

import pytest

from knowledge.entries import of_organisation
from knowledge.importing.checked import How
from knowledge.importing.formats import FileNotUnderstood
from knowledge.importing.official.npo_register import FIELDS, NpoRegister
from storage.models.knowledge import Organisation
from tests.knowledge.brought_in import import_in_batches
from tests.knowledge.register_files import ONE, written

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
MARKS = (
    [f"活動分野{n}" for n in "１２３４５６７８９"]
    + [f"活動分野１{n}" for n in "０１２３４５６７８９"]
    + ["活動分野２０"]
)
NAMES = [
    "法人名称", "法人名称カナ", "所轄庁", "主たる事務所の所在地", "従たる事務所の所在地", "代表者氏名",
    "団体代表者名（フリガナ）", "法人設立認証年月日", "定款に記載された目的", *MARKS, "監督情報", "解散情報",
    "法人番号",
]  # fmt: skip


def line(**said: str) -> list[str]:
    row = dict.fromkeys(NAMES, "")
    row |= {
        "法人名称": "特定非営利活動法人見本の会", "法人名称カナ": "ミホンノカイ", "所轄庁": "横浜市",
        "主たる事務所の所在地": "横浜市鶴見区見本町１丁目", "代表者氏名": "見本 花子",
        "団体代表者名（フリガナ）": "ミホン ハナコ", "法人設立認証年月日": "2010/04/01",
        "定款に記載された目的": "空き家を居場所にする。", "活動分野３": "○", "活動分野１３": "○", "法人番号": ONE,
    }  # fmt: skip
    return [(row | said)[name] for name in NAMES]


async def put(database, path, **how):
    return await import_in_batches(database, path, "organisation", now=NOW, how=How(**how))


async def everything(database) -> list[Organisation]:
    from sqlmodel import select

    async with database.reading() as session:
        return list((await session.exec(select(Organisation).order_by(Organisation.name))).all())


async def test_the_register_tells_what_an_organisation_does(database, tmp_path):
    report = await put(database, written(tmp_path / "npo.csv", NAMES, line()))
    assert (report.read, report.added, report.bad, report.layout) == (1, 1, [], "npo-register")
    [row] = await everything(database)
    assert (row.id, row.name, row.kana) == (ONE, "特定非営利活動法人見本の会", "ミホンノカイ")
    assert (row.ward, row.kind, row.source) == ("鶴見区", "特定非営利活動法人", "内閣府NPO法人ポータルサイト")
    assert row.extra == {
        "目的": "空き家を居場所にする。", "活動分野": "まちづくり、子どもの健全育成", "所轄庁": "横浜市",
        "設立認証年月日": "2010/04/01",
    }  # fmt: skip
    assert "空き家を居場所にする" in of_organisation(row).fields["紹介"]


async def test_nobody_who_represents_it_gets_in(sqlite, tmp_path):
    await put(sqlite, written(tmp_path / "npo.csv", [*NAMES, "電話番号"], [*line(), "045-000-0000"]))
    [row] = await everything(sqlite)
    kept = json.dumps(row.model_dump(mode="json"), ensure_ascii=False)
    for word in ("花子", "ハナコ", "代表者", "045"):
        assert word not in kept


@pytest.mark.parametrize(
    ("said", "is_gone"),
    [({}, False), ({"解散情報": "2024年05月18日 社員総会の決議"}, True), ({"解散情報": "－"}, False),
     ({"監督情報": "2020年02月19日 認証取消し"}, True), ({"監督情報": "2020年02月19日 設立の認証の取消し"}, True),
     ({"監督情報": "2020年02月19日 認定取消し"}, False), ({"監督情報": "改善命令"}, False)],
    ids=str,
)  # fmt: skip
async def test_a_dissolved_corporation_is_retired(sqlite, tmp_path, said, is_gone):
    await put(sqlite, written(tmp_path / "npo.csv", NAMES, line(**said)))
    [row] = await everything(sqlite)
    assert (row.retired_at is not None) == is_gone


async def test_without_a_number_the_id_is_that_of_name_and_authority(sqlite, tmp_path):
    path = written(tmp_path / "npo.csv", NAMES, line(法人番号=""), line(法人番号="", 所轄庁="川崎市"))
    assert (await put(sqlite, path)).added == 2
    assert (await put(sqlite, path)).unchanged == 2
    assert all(row.id.startswith("npo-") for row in await everything(sqlite))


@pytest.mark.parametrize("wrong", ["1.02E+12", "1234567890123", "不明"])
async def test_a_number_that_a_spreadsheet_spoilt_is_a_bad_row(sqlite, tmp_path, wrong):
    report = await put(sqlite, written(tmp_path / "npo.csv", NAMES, line(), line(法人番号=wrong)))
    assert (report.added, [bad.line for bad in report.bad]) == (1, [3])


async def test_only_yokohama_counts_those_without_an_address_by_their_authority(sqlite, tmp_path):
    gone = {"主たる事務所の所在地": "", "法人番号": "", "解散情報": "2020年"}
    lines = [
        line(法人名称="甲"),
        line(法人名称="乙", **gone),
        line(法人名称="丙", 所轄庁="内閣府", 法人番号="", 主たる事務所の所在地="神奈川県横浜市西区見本町"),
        line(法人名称="丁", 法人番号="", 主たる事務所の所在地="川崎市川崎区見本町"),
        line(法人名称="戊", **gone | {"所轄庁": "川崎市"}),
    ]
    report = await put(sqlite, written(tmp_path / "npo.csv", NAMES, *lines), only="横浜市")
    assert (report.added, report.skipped) == (3, 2)
    assert {row.name: row.ward for row in await everything(sqlite)} == {"甲": "鶴見区", "乙": "", "丙": "西区"}


@pytest.mark.parametrize(
    ("names", "is_recognised"),
    [(NAMES, True), (["特定非営利活動法人の名称", "主たる事務所\nの所在地", "所轄庁", "活動分野"], True),
     (["法人の名称", "主たる事務所の所在地", "設立認証年月日"], True),
     (["団体名", "所在地", "目的", "連絡先"], False), (["id", "法人名称", "主たる事務所の所在地", "所轄庁"], False),
     (["法人名称", "所轄庁"], False)],
)  # fmt: skip
def test_a_list_is_the_register_only_when_its_columns_say_so(names, is_recognised):
    assert NpoRegister().fits(names) == is_recognised


async def test_another_list_of_npos_is_read_when_told(sqlite, tmp_path):
    path = written(tmp_path / "npo.csv", ["団体名", "所在地", "活動の分野"], ["見本の会", "横浜市緑区", "観光"])
    report = await put(sqlite, path, layout="npo-register")
    [row] = await everything(sqlite)
    assert (report.added, row.ward, row.extra["活動分野"]) == (1, "緑区", "観光")


async def test_a_register_that_names_a_column_twice_is_refused(sqlite, tmp_path):
    doubled = [[*NAMES, "所轄庁"], [*line(), "神奈川県"]]

    with pytest.raises(FileNotUnderstood, match="「所轄庁」という名前の列が2つあります"):
        await put(sqlite, written(tmp_path / "npo.csv", *doubled))


def test_the_law_has_twenty_fields():
    assert len(FIELDS) == len(set(FIELDS)) == len(MARKS) == 20
