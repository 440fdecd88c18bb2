"""The library: finds, explains, follows the database."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import changes
from knowledge.importing.importers import import_shipped
from knowledge.search import Library
from storage.db import Database
from tests.knowledge.known import NOW, case, erase, keep, organisation


@pytest.fixture
async def library(sqlite: Database) -> AsyncIterator[Library]:
    async with sqlite.transaction() as session:
        await import_shipped(session, NOW)
    library = Library(sqlite)
    yield library
    await library.close()


@pytest.fixture
def another(database: Database) -> Callable[[], Library]:
    """Open a library of another process on the same database."""
    return lambda: Library(database)


@pytest.mark.parametrize(
    ("asked", "found", "kind"),
    [
        ("空き店舗で子ども食堂を開きたい", "団地の空き店舗を使った多世代のまちの台所", "同じ語"),
        ("オレンジカフェ", "団地の集会所でひらく認知症カフェ", "言い換え"),
        ("あきや", "坂の上の空き家を直して若者が住む見守りの家", "読み"),
        ("こどもしょくどう", "企業の食堂を借りる夏休みの子ども食堂", "読み"),
        ("ウォーキンク", "大学病院と進める「歩くまち」健康づくり", "表記ゆれ"),
        ("ｽﾏﾎ 教室", "スマホが苦手な人に高校生が教える出張教室", "同じ語"),
    ],
)
async def test_a_case_is_found_however_it_is_asked_and_says_why(library, asked, found, kind):
    hits = await library.similar(asked, kind="case")
    assert hits[0].title == f"【見本】{found}"
    assert hits[0].sample
    assert kind in {match.kind for match in hits[0].why}
    assert all(match.matched and match.field for hit in hits for match in hit.why)


@pytest.mark.parametrize(
    "asked", ["NPO法人みほんフードバンク", "みほんふーどばんく", "ﾐﾎﾝﾌｰﾄﾞﾊﾞﾝｸ", "（特非）みほんフードバング"]
)
async def test_an_organisation_is_found_by_any_spelling_of_its_name(library, asked):
    hit = (await library.similar(asked, kind="organisation"))[0]
    assert hit.title == "【見本】NPO法人みほんフードバンク"
    assert hit.band == "高"


async def test_an_alias_names_its_organisation(library):
    hit = (await library.similar("オレンジの輪"))[0]
    assert (hit.kind, hit.ward) == ("organisation", "港南区")


async def test_filters_can_be_typed_or_given(library):
    typed = await library.similar("見守り 区:みなみ 種別:事例")
    given_ = await library.similar("見守り", ward="南", kind="case")
    assert typed == given_
    assert {(hit.ward, hit.kind) for hit in typed} == {("南区", "case")}
    themed = await library.similar("テーマ:防災 訓練", kind="case")
    assert any("津波" in hit.title for hit in themed)
    assert not any("祭り" in hit.title for hit in themed)


async def test_five_long_answers_find_what_they_are_about(library):
    answers = "\n".join([
        "商店街の空き店舗を借りて、外国につながる人が気軽に相談できるカフェを開きたいです。",
        "近所の外国人の友人が、ごみの出し方や学校の手紙で困っているのを見てきました。",
        "日本語教室の仲間4人と、商店会の会長さんが応援してくれています。",
        "月に一度、公民館で交流会をしてきました。", "助成金があれば使いたいです。",
    ])  # fmt: skip
    hits = await library.similar(answers)
    assert "多言語" in hits[0].title
    assert hits[0].band in ("高", "中")
    assert len({hit.id for hit in hits}) == len(hits) == 5


async def test_best_comes_first_and_no_more_than_asked(library):
    hits = await library.similar("防災 訓練", limit=3)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) == 3
    assert await library.similar("防災", limit=0) == []


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        "😀🎉",
        "。、！",
        "のでをに",
        "\x00\x1f",
        "\ud800",
        'title:"x" AND (OR NOT *~^[{',
        "+-&&||!\\/",
        "量子色力学",
    ],
)
async def test_what_says_nothing_finds_nothing(library, asked):
    assert await library.similar(asked) == []


@pytest.mark.parametrize(
    "asked", ["横浜市の地域活動", "家", "空き家 " * 2_500, "あ" * 10_000, "区:区:区:", "種別:なんでも 空き家"]
)
async def test_odd_questions_get_sane_answers(library, asked):
    hits = await library.similar(asked)
    assert len(hits) <= 5
    assert all(hit.band in "高中低" and 0 <= hit.score <= 1 for hit in hits)


@given(asked=st.text(max_size=200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_is_an_error(library_of_bytes, asked):
    library_of_bytes(asked)


@pytest.fixture
def library_of_bytes(sqlite_url):
    """A way to ask from outside an event loop, as Hypothesis does."""
    from storage.db import migrating
    from storage.schema import upgrade

    with migrating(sqlite_url) as connection:
        upgrade(connection)
    with asyncio.Runner() as runner:
        database = Database(sqlite_url)

        async def fill():
            async with database.transaction() as session:
                await import_shipped(session, NOW)
            return Library(database)

        library = runner.run(fill())
        yield lambda asked: runner.run(library.similar(asked))
        runner.run(library.close())
        runner.run(database.close())


async def test_every_process_finds_what_another_added_changed_and_retired(database, another):
    here, there = another(), another()
    await keep(database, case("a", "空き家を図書室にする"))
    assert [hit.id for hit in await here.similar("図書室")] == ["a"]
    assert await there.similar("蛍") == []

    await keep(database, case("b", "川に蛍を呼びもどす"), case("a", "空き家をカフェにする"))
    assert [hit.id for hit in await there.similar("蛍")] == ["b"]
    assert await there.similar("図書室") == []
    assert [hit.title for hit in await here.similar("カフェ")] == ["空き家をカフェにする"]

    await keep(database, case("b", "川に蛍を呼びもどす", retired_at=NOW))
    assert await here.similar("蛍") == []
    assert await there.similar("蛍") == []


async def test_an_erased_row_is_gone_at_the_next_question(database, another):
    library = another()
    group = organisation("o", "消える会")
    await keep(database, group)
    assert await library.similar("消える会")
    await erase(database, group)
    assert await library.similar("消える会") == []


async def test_citizens_see_published_cases_only(database, another):
    library = another()
    await keep(database, case("a", "川の清掃"), case("b", "川の清掃と生きもの調べ", published=False))
    assert {hit.id for hit in await library.similar("川の清掃")} == {"a", "b"}
    assert {hit.id for hit in await library.similar("川の清掃", published_only=True)} == {"a"}


async def test_changes_become_visible_in_the_order_of_their_numbers(database, another):
    """A slow writer's change must not slip below one that a follower has seen already."""
    library = another()
    await keep(database, case("z", "はじめの事例"))
    await library.refresh()
    logged, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.transaction() as session:
            await session.merge(case("slow", "ゆっくり書かれた灯台の話"))
            await changes.note(session, "case", ["slow"], now=NOW)
            logged.set()
            await may_commit.wait()

    async with asyncio.TaskGroup() as both:
        both.create_task(slow())
        await logged.wait()
        both.create_task(keep(database, case("fast", "すぐ書かれた風車の話")))
        await asyncio.sleep(0.1)
        await library.similar("風車")
        may_commit.set()
    assert [hit.id for hit in await library.similar("灯台")] == ["slow"]
    assert [hit.id for hit in await library.similar("風車")] == ["fast"]


async def test_many_may_ask_at_once(library):
    answers = await asyncio.gather(*(library.similar("防災 訓練") for _ in range(20)))
    assert all(hits == answers[0] for hits in answers)
