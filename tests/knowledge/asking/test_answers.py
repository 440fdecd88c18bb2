"""What is answered: in which order, why, how it may have been meant, and what comes nearest."""

from collections.abc import AsyncIterator, Sequence

import pytest

from knowledge import votes
from knowledge.asking.question import Near
from knowledge.search import Answer, Library
from storage.db import Database
from storage.models.knowledge import PastCase
from tests.knowledge.citizens import NOON, tells
from tests.knowledge.known import case, erase, ids, keep, organisation

ROWS = [
    case("c1", "団地の空き店舗で子ども食堂", body="商店会の人が夕食を作る", ward="鶴見区", theme="子ども・若者"),
    case("c2", "公園の花壇を手入れする会", body="緑化ボランティアが毎月集まる", ward="緑区", theme="環境・みどり"),
    case("c3", "認知症カフェを集会所で", body="家族が一息つく", ward="港南区", theme="高齢者・福祉"),
    case("c4", "プログラミング教室", body="学生が教わる", theme="教育・学び", extra={"主体": "株式会社"}),
    case("c5", "津波の避難訓練", body="海辺を歩く", ward="金沢区", theme="防災・防犯", published=False),
    case("c6", "夏の灯籠づくり", ward="鶴見区", theme="文化・スポーツ"),
    organisation("o1", "NPO法人みどりの輪", kana="ミドリノワ", kind="NPO法人", ward="緑区"),
    organisation("o2", "株式会社つるみ製作所", kind="株式会社", ward="鶴見区", extra={"summary": "プログラミング体験"}),
]
FILLING = [case(f"f{n}", f"{word}の記録") for n, word in enumerate("茶碁槍弓鼓笛筆硯墨紙糸針布皿鉢壺匙鍋釜")]


@pytest.fixture
async def library(database: Database) -> AsyncIterator[Library]:
    await keep(database, *ROWS, *FILLING)
    library = Library(database)
    yield library
    await library.close()


@pytest.fixture
async def small_library(sqlite: Database) -> AsyncIterator[Library]:
    """On SQLite alone, for what doesn't depend on the database."""
    await keep(sqlite, *ROWS, *FILLING)
    library = Library(sqlite)
    yield library
    await library.close()


# ── why


@pytest.mark.parametrize(
    ("asked", "id", "word", "matched", "kind", "field"),
    [
        ("花壇", "c2", "花壇", "花壇", "同じ語", "件名"),
        ("夕食を作りたい", "c1", "夕食", "夕食", "同じ語", "本文"),
        ("歩きたい", "c5", "歩く", "歩く", "同じ語", "本文"),
        ("オレンジカフェ", "c3", "オレンジカフェ", "認知症カフェ", "言い換え", "件名"),
        ("園芸", "c2", "園芸", "花壇", "言い換え", "件名"),
        ("こども食堂", "c1", "こども食堂", "子ども食堂", "表記ゆれ", "件名"),
        ("とうろう", "c6", "とうろう", "灯籠", "読み", "件名"),
        ("ゆうしょく", "c1", "ゆうしょく", "夕食", "読み", "本文"),
        ("みどりのわ", "o1", "みどりのわ", "ミドリノワ", "読み", "よみ"),
        ("灯篭", "c6", "灯篭", "灯籠", "表記ゆれ", "件名"),
        ("ボランテア", "c2", "ボランテア", "ボランティア", "表記ゆれ", "本文"),
        ("プログラムング", "c4", "プログラムング", "プログラミング", "表記ゆれ", "件名"),
        ("ミドリの和", "o1", "ミドリの和", "NPO法人みどりの輪", "表記ゆれ", "名称"),
    ],
)
async def test_a_hit_says_how_a_word_was_met_in_the_entrys_own_spelling(
    small_library: Library, asked: str, id: str, word: str, matched: str, kind: str, field: str
) -> None:
    hit = next(hit for hit in await small_library.similar(asked) if hit.id == id)

    assert (word, matched, kind, field) in [(met.word, met.matched, met.kind, met.field) for met in hit.why]


@pytest.mark.parametrize(
    ("asked", "band"),
    [("花壇の手入れ", "高"), ("花壇と将棋", "中"), ("花壇で将棋と俳句", "低")],
)
async def test_the_band_tells_how_much_of_the_question_is_met(small_library: Library, asked: str, band: str) -> None:
    hits = {hit.id: hit.band for hit in await small_library.similar(asked)}

    assert hits["c2"] == band


# ── how it was meant


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("プログラムング", "プログラミング"),
        ("ﾌﾟﾛｸﾞﾗﾐﾝｸ教室", "プログラミング教室"),
        ("区:西 プログラミンク", "プログラミング"),
        ("プログラミング", ""),
        ("花壇", ""),
        ("みどりのわ", ""),
        ("量子色力学", ""),
        ("", ""),
    ],
)
async def test_a_mistyped_word_is_said_as_it_may_have_been_meant(
    small_library: Library, asked: str, meant: str
) -> None:
    assert (await small_library.answer(asked)).meant == meant


async def test_a_word_one_kind_knows_is_not_mistyped_because_the_other_lacks_it(
    small_library: Library, sqlite: Database
) -> None:
    await keep(sqlite, organisation("o3", "カフス工房", extra={"summary": "カフスをつくる"}))

    assert (await small_library.answer("カフェ")).meant == ""
    assert (await small_library.answer("カフェ", kind="organisation")).meant == "カフス"


@pytest.mark.parametrize("asked", ["ツナミスト", "ツナミ訓練所", "スケートボート"])
async def test_the_public_learns_from_no_correction_what_is_not_published(
    library: Library, database: Database, asked: str
) -> None:
    hidden = case("x1", "ツナミストとスケートボード", published=False)
    await keep(database, hidden)
    before = await library.answer(asked, published_only=True)

    await erase(database, hidden)

    assert before == await library.answer(asked, published_only=True)


async def test_a_word_of_a_hidden_entry_is_mistyped_where_a_published_one_is_near(
    library: Library, database: Database
) -> None:
    await keep(database, case("x1", "スケートボートの会", published=False), case("x2", "スケートボードの会"))

    shown = await library.answer("スケートボート", published_only=True)

    assert (shown.meant, [hit.id for hit in shown.hits]) == ("スケートボード", ["x2"])
    assert (await library.answer("スケートボート")).meant == ""


async def test_the_public_is_corrected_by_what_is_published(library: Library, database: Database) -> None:
    assert (await library.answer("プログラムング", published_only=True)).meant == "プログラミング"

    await keep(database, case("c4", "プログラミング教室", published=False))

    assert (await library.answer("プログラムング", kind="case")).meant == "プログラミング"
    assert (await library.answer("プログラムング", kind="case", published_only=True)).meant == ""


# ── nothing is alike


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("花壇 区:港南", ["c2"]),
        ("花壇 テーマ:防災", ["c2"]),
        ("花壇 主体:企業", ["c2"]),
        ("花壇 区:鶴見 テーマ:防災", ["c2"]),
        ("花壇 区:緑", []),
        ("xyzzy 区:緑", []),
        ("xyzzy", []),
    ],
)
async def test_without_hits_it_says_what_another_filter_would_find(
    small_library: Library, asked: str, nearest: list[str]
) -> None:
    answer = await small_library.answer(asked)

    assert [hit.id for hit in answer.nearest] == nearest
    assert answer.is_elsewhere == bool(nearest)
    assert all(hit.why for hit in answer.nearest)
    assert [hit.id for hit in answer.hits] == (["c2"] if asked == "花壇 区:緑" else [])


async def test_what_shares_characters_only_comes_nearest_and_is_no_hit(library: Library) -> None:
    answer = await library.answer("量子色力学")  # 力学 sounds and looks like a bit of 学生が教わる

    assert answer.hits == []
    assert "c4" in [hit.id for hit in answer.nearest]
    assert not answer.is_elsewhere
    assert all(not hit.why for hit in answer.nearest)


# ── who may be found


async def test_what_is_left_out_is_no_hit_and_makes_room_for_the_next(library: Library) -> None:
    assert set(await ids(library, "プログラミング")) == {"c4", "o2"}

    answer = await library.answer("プログラミング", without=("c4",), limit=1)

    assert [hit.id for hit in answer.hits] == ["o2"]
    assert (await library.answer("花壇", without=["c2"])) == Answer([])


async def test_a_case_never_finds_itself(library: Library, database: Database) -> None:
    mine = await tells(database, overview="灯籠を川に流したい")
    other = await tells(database, overview="灯籠の作り方を習いたい")

    found = await library.answer("灯籠を川に流したい", kind="consultation", without=(mine,), about=mine)

    assert [hit.id for hit in found.hits] == [other]


async def test_consultations_are_found_only_where_they_are_asked_for(library: Library, database: Database) -> None:
    number = await tells(database, overview="灯籠を川に流したい")

    assert number not in await ids(library, "灯籠")
    assert "c6" not in [hit.id for hit in await library.similar("灯籠", kind="consultation")]


async def test_what_is_not_published_is_neither_hit_nor_nearest(library: Library) -> None:
    assert await ids(library, "津波") == ["c5"]

    assert await library.answer("津波", published_only=True) == Answer([])
    assert await library.answer("津波 区:鶴見", published_only=True) == Answer([])


async def test_the_argument_wins_over_what_was_typed(library: Library) -> None:
    assert [hit.id for hit in (await library.answer("灯籠 区:緑", ward="つるみ")).hits] == ["c6"]
    assert [hit.id for hit in await library.similar("プログラミング 種別:事例", kind="organisation")] == ["o2"]


# ── filters alone


PLACE, TOPIC, PARTY, KIND = ("鶴見区", "区"), ("子ども・若者", "テーマ"), ("企業", "主体"), ("団体", "種別")


@pytest.mark.parametrize(
    ("asked", "found", "met"),
    [
        ("区:鶴見", ["c1", "o2", "c6"], [PLACE]),
        ("テーマ:子ども", ["c1"], [TOPIC]),
        ("主体:企業", ["c4", "o2"], [PARTY]),
        ("区:鶴見 種別:事例", ["c1", "c6"], [PLACE]),
        ("区:鶴見 テーマ:子ども", ["c1"], [PLACE, TOPIC]),
        ("区:鶴見 テーマ:なぞの言葉", ["c1", "o2", "c6"], [PLACE]),
        ("区:鶴見 テーマ:環境", [], []),
        ("種別:団体", ["o1", "o2"], [KIND]),
    ],
)
async def test_a_filter_alone_finds_what_is_so_and_says_that_it_met(
    library: Library, asked: str, found: list[str], met: list[tuple[str, str]]
) -> None:
    answer = await library.answer(asked)

    assert [hit.id for hit in answer.hits] == found
    for hit in answer.hits:
        assert [(why.word, why.matched, why.kind, why.field) for why in hit.why] == [
            (value, value, "条件", name) for value, name in met
        ]


async def test_a_filter_alone_shows_the_newest_first_and_as_many_as_asked_for(
    library: Library, database: Database
) -> None:
    await keep(
        database,
        case("n1", "あ", ward="栄区"),
        case("n2", "い", ward="栄区", year=2024),
        case("n3", "う", ward="栄区", year=2025),
        case("n4", "え", ward="栄区", year=2026, published=False),
    )

    for limit in (1, 2, 5):
        assert [hit.id for hit in await library.similar("区:栄", limit=limit)] == ["n4", "n3", "n2", "n1"][:limit]
    assert [hit.id for hit in await library.similar("区:栄", published_only=True, without=("n3",))] == ["n2", "n1"]


@pytest.mark.parametrize("asked", ["保土ヶ谷", "ほどがや", "保土ケ谷区", "横浜市保土ヶ谷区", "ﾎﾄﾞｶﾞﾔ"])
async def test_a_wards_name_alone_finds_the_ward(library: Library, database: Database, asked: str) -> None:
    await keep(database, case("h1", "あ", ward="保土ケ谷区"), organisation("h2", "い", ward="保土ケ谷区"))

    answer = await library.answer(asked)

    assert ([hit.id for hit in answer.hits], answer.meant, answer.nearest) == (["h1", "h2"], "", [])
    assert {(why.matched, why.kind, why.field) for hit in answer.hits for why in hit.why} == {
        ("保土ケ谷区", "条件", "区")
    }


async def test_what_says_the_wards_name_comes_before_the_rest_of_the_ward(library: Library, database: Database) -> None:
    await keep(database, case("h1", "あ", ward="保土ケ谷区"), case("h2", "保土ケ谷の昔話", ward="西区"))

    assert await ids(library, "保土ケ谷") == ["h2", "h1"]


async def test_an_everyday_word_is_a_ward_only_where_it_found_nothing(library: Library, database: Database) -> None:
    await keep(database, case("s1", "泉のほとり", ward="西区"), case("s2", "あ", ward="泉区"))
    assert await ids(library, "泉") == ["s1"]

    await erase(database, case("s1", ""))

    assert await ids(library, "泉") == ["s2"]


@pytest.mark.parametrize(
    ("asked", "unknown", "found"),
    [
        ("区:東京", ("区:東京",), []),
        ("花壇 区:東京 主体:なぞ", ("区:東京", "主体:なぞ"), ["c2"]),
        ("花壇 区:緑", (), ["c2"]),
    ],
)
async def test_a_filter_that_names_nothing_is_told_and_no_word(
    library: Library, asked: str, unknown: tuple[str, ...], found: list[str]
) -> None:
    answer = await library.answer(asked)

    assert (answer.unknown, [hit.id for hit in answer.hits]) == (unknown, found)


async def test_what_looks_like_a_filter_in_a_cases_own_words_stays_words(library: Library) -> None:
    own = await library.answer("テーマ:花壇づくり", kind="case", near=Near(), about="2026-0001")

    assert own.hits[0].id == "c2"


async def test_of_two_kinds_what_is_hardly_alike_comes_last(library: Library, database: Database) -> None:
    await keep(database, organisation("k", "快晴会", kana="カイセイカイ"), case("h", "母の徘徊"))

    assert await ids(library, "はいかい") == ["h", "k"]


async def test_an_abbreviation_finds_what_its_letters_only_look_like_last(library: Library, database: Database) -> None:
    await keep(database, organisation("w", "みなと社会福祉協議会"), organisation("x", "社会人音楽協会"))

    found = await ids(library, "社協")

    assert found[0] == "w"


# ── near ties


def clearing(id: str, more: str = "", **of: str) -> PastCase:
    return case(id, "水辺の草刈り", body=f"仲間と{more}", **of)


@pytest.mark.parametrize(
    ("near", "first"),
    [
        (Near(ward="鶴見区"), "n-ward"),
        (Near(theme="環境・みどり"), "n-theme"),
        (Near(party="企業"), "n-party"),
        (Near(party="company"), "n-party"),  # as a consultation writes it
        (None, "n-0"),
        (Near(), "n-0"),
    ],
)
async def test_where_the_asker_stands_decides_between_equals(
    small_library: Library, sqlite: Database, near, first
) -> None:
    await keep(
        sqlite,
        clearing("n-0"),
        clearing("n-ward", ward="鶴見区"),
        case("n-theme", "水辺の草刈り", body="仲間と", theme="環境・みどり"),
        case("n-party", "水辺の草刈り", body="仲間と", extra={"主体": "株式会社"}),
    )

    hits = (await small_library.answer("水辺の草刈り", near=near)).hits

    assert len(hits) == 4
    assert hits[0].id == first


async def test_where_the_asker_stands_never_outweighs_what_is_asked(library: Library, database: Database) -> None:
    here = {"ward": "鶴見区", "theme": "環境・みどり", "extra": {"主体": "株式会社"}}
    await keep(database, clearing("better", "蛍を守る"), clearing("n-here", "歌う", **here))
    near = Near("鶴見区", "環境・みどり", "企業")

    hits = (await library.answer("水辺の草刈りをして蛍を守る", near=near)).hits

    assert [hit.id for hit in hits][:2] == ["better", "n-here"]


# ── votes


async def says(database: Database, entry: str, *, useful: bool, people: int = 5, about: str = "") -> None:
    async with database.transaction() as session:
        for who in range(people):
            await votes.cast(
                session, kind="case", entry_id=entry, about=about, by=f"U{who}", useful=useful, now=NOON
            )  # fmt: skip


async def order(library: Library, words: str, about: str = "") -> Sequence[str]:
    return [hit.id for hit in (await library.answer(words, kind="case", about=about)).hits]


@pytest.mark.parametrize("asked", ["水辺の草刈り", "水辺の草刈りと将棋と俳句"], ids=["all is met", "little is met"])
async def test_votes_move_a_hit_past_an_equal_neighbour(library: Library, database: Database, asked: str) -> None:
    await keep(database, clearing("a"), clearing("b"))
    before = [one for one in await order(library, asked) if one in "ab"]
    assert before == ["a", "b"]

    await says(database, "b", useful=True)
    assert [one for one in await order(library, asked) if one in "ab"] == ["b", "a"]

    await says(database, "b", useful=False)
    assert [one for one in await order(library, asked) if one in "ab"] == ["a", "b"]


async def test_votes_never_move_a_hit_past_a_clearly_better_one(library: Library, database: Database) -> None:
    await keep(database, clearing("a", "蛍を守る"), clearing("b", "歌う"))
    await says(database, "a", useful=False, people=40, about="2026-0001")
    await says(database, "b", useful=True, people=40, about="2026-0001")

    assert (await order(library, "水辺の草刈りをして蛍を守る", "2026-0001"))[:2] == ["a", "b"]
    assert (await order(library, "水辺の草刈りと蛍", "2026-0001"))[:2] == ["a", "b"]


async def test_a_vote_for_this_very_case_counts_more_than_one_elsewhere(library: Library, database: Database) -> None:
    await keep(database, clearing("a"), clearing("b"))
    await says(database, "a", useful=True, people=1, about="2026-0009")
    await says(database, "b", useful=True, people=1, about="2026-0001")

    assert (await order(library, "水辺の草刈り", "2026-0001"))[:2] == ["b", "a"]
    assert (await order(library, "水辺の草刈り", "2026-0009"))[:2] == ["a", "b"]


async def test_votes_that_are_switched_off_change_and_show_nothing(library: Library, database: Database) -> None:
    await keep(database, clearing("a"), clearing("b"))
    plain = Library(database, use_votes=False)
    before = (await plain.answer("水辺の草刈り")).hits

    await says(database, "b", useful=True)
    after = (await plain.answer("水辺の草刈り")).hits
    await plain.close()

    assert after == before
    assert {hit.votes for hit in after} == {None}
    with_votes = {hit.id: hit.votes for hit in await library.similar("水辺の草刈り")}
    assert with_votes["a"] is None
    assert (with_votes["b"].useful, with_votes["b"].wrong) == (5, 0)


# ── whatever is typed

ODD = {
    "nothing": "",
    "one character": "花",
    "one kana": "あ",
    "10,000 characters": "花壇" * 5_000,
    "10,000 kana": "ん" * 10_000,
    "10,000 letters": "x" * 10_000,
    "a long text": "公園の花壇で子どもと遊びたい。\n" * 700,
    "only emoji": "😀🎉👨‍👩‍👧🏳️‍🌈",
    "only stop-words": "これはそのようにすることのためにあるものです",
    "only trade words": "横浜市の地域活動",
    "control characters": "\x00\x01\x1f\x7f\u200b\u202e\ufeff",
    "words among control characters": "花\x00壇\u202e花壇",
    "query language": 'title:"花壇" AND (ward:* OR NOT [a TO z]) ~2 ^5 /x/ \\',
    "SQL": "花壇'; DROP TABLE past_case; --%_",
    "a pattern": "(花壇)+.*[^a]{3,}$(",
    "a lone surrogate": "\ud800",
    "words and a lone surrogate": "花壇\udfff",
    "a filter alone": "区:鶴見",
    "filters alone": "区:鶴見 テーマ:防災 主体:企業 種別:団体",
    "half a filter": "区:",
    "filters of filters": "区:区:テーマ:区:鶴見",
    "line ends": "\r\n\n\u2028\u2029\t",
    "combining marks": "か\u3099" * 3_000,
    "other scripts": "добрый день مرحبا 안녕",
}
SAY_NOTHING = [
    "nothing", "only emoji", "only stop-words", "control characters", "a lone surrogate", "filters alone",
    "line ends", "other scripts",
]  # fmt: skip


async def test_whatever_is_typed_gets_a_clear_answer(library: Library) -> None:
    for name, typed in ODD.items():
        for how in ({}, {"ward": "鶴見", "near": Near("鶴見区", "防災・防犯", "個人")}):
            answer = await library.answer(typed, **how)
            assert len(answer.hits) <= 5, name
            assert len(answer.nearest) <= 3, name
            assert not (answer.hits and answer.nearest), name
            assert all(hit.why and hit.band in "高中低" and 0 <= hit.score <= 1 for hit in answer.hits), name
            if name in SAY_NOTHING:
                assert answer.hits == [], name


@pytest.mark.parametrize("words", ["words among control characters", "SQL", "words and a lone surrogate"])
async def test_the_words_among_oddities_are_found(small_library: Library, words: str) -> None:
    assert (await ids(small_library, ODD[words]))[0] == "c2"
