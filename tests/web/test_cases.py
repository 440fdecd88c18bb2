"""The public pages: who sees what, found by words, safe in every format, usable by everybody."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.web import health
from bot.web import pages as web_pages
from bot.web.published import feeds
from bot.web.published.cases import Cases, routes
from bot.web.published.shelf import PAGE
from knowledge import changes
from knowledge.search import Library
from storage.db import Database
from storage.models import PastCase
from tests.web.visitor import Page, Visitor

SITE = "https://example.jp"
THEN = datetime(2026, 11, 1, tzinfo=UTC)
ATOM = {"a": feeds.ATOM}
HOSTILE = "<script>alert(1)</script>\"&'　=1+1"


class Town:
    """A library with entries, and a visitor of its pages."""

    def __init__(self, database: Database, directory: Path) -> None:
        self.database, self.library = database, Library(database, directory)
        self.opens()

    def opens(self, *, samples: bool = False) -> None:
        cases = Cases(self.database, self.library, site=f"{SITE}/", samples=samples)
        self.visitor = Visitor(Starlette(routes=[Route("/", health.front), *routes(lambda _: cases)]))

    async def has(self, entry_id: str = "c1", **values: Any) -> None:
        async with self.database.transaction() as session:
            row = {
                "title": "空き店舗で子ども食堂",
                "published": True,
                "updated_at": THEN,
                "source": "横浜市市民協働推進センター 相談事例",
            }
            session.add(PastCase(id=entry_id, **(row | values)))
            await session.flush()
            await changes.note(session, "case", [entry_id], now=THEN)

    async def sees(self, address: str, **headers: str) -> Page:
        return await self.visitor.goes(address, **headers)

    async def titles(self, address: str) -> list[str]:
        return re.findall(r"<h3><a[^>]*>(.*?)</a>", (await self.sees(address)).text)


@pytest.fixture
async def town(sqlite: Database, tmp_path: Path) -> AsyncIterator[Town]:
    town = Town(sqlite, tmp_path / "index")
    yield town
    await town.library.close()


async def test_only_what_is_published_and_real_is_to_be_seen_anywhere(town: Town) -> None:
    await town.has("c1", title="公開の事例", body="空き店舗")
    await town.has("c2", title="内部の事例", body="空き店舗", published=False)
    await town.has("c3", title="引き下げた事例", body="空き店舗", retired_at=THEN)
    await town.has("c4", title="見本の事例", body="空き店舗", sample=True)

    for address in (
        "/cases",
        "/cases?q=空き店舗",
        "/cases.json",
        "/cases.csv",
        "/cases.atom",
        "/cases.json?q=空き店舗",
    ):
        shown = (await town.sees(address)).text
        assert "公開の事例" in shown, address
        assert not any(title in shown for title in ("内部の事例", "引き下げた事例", "見本の事例")), address
    assert [(await town.sees(f"/cases/c{n}")).status for n in (1, 2, 3, 4, 5)] == [200, 404, 410, 404, 404]


@pytest.mark.parametrize(
    "address", ["/cases/%00", "/cases/c1%00", "/cases?q=%00", "/cases?ward=%00", "/cases.csv?theme=%00"]
)
async def test_a_sign_that_no_database_keeps_is_no_fault(database: Database, tmp_path: Path, address: str) -> None:
    town = Town(database, tmp_path / "index")
    await town.has("c1")

    assert (await town.sees(address)).status in (200, 404)
    await town.library.close()


async def test_samples_are_shown_where_nothing_is_real_and_say_so(town: Town) -> None:
    await town.has(sample=True)
    town.opens(samples=True)

    assert await town.titles("/cases") == ["【見本】空き店舗で子ども食堂"]
    assert "【見本】" in (await town.sees("/cases/c1")).text


async def test_words_find_what_is_alike_and_tell_which_words_met(town: Town) -> None:
    await town.has("c1", title="空き店舗を使ったこども食堂", ward="鶴見区")
    await town.has("c2", title="公園の花壇の手入れ", ward="緑区")

    assert await town.titles("/cases?q=子供食堂") == ["空き店舗を使ったこども食堂"]
    assert "合った言葉：" in (await town.sees("/cases?q=子供食堂")).text
    assert len(await town.titles("/cases")) == 2


async def test_what_is_not_published_never_pushes_what_is_off_the_page(town: Town) -> None:
    for n in range(300):
        await town.has(f"x{n}", title="子ども食堂の子ども食堂", published=False)
    await town.has("c1", title="商店街の子ども食堂と花壇")

    assert await town.titles("/cases?q=子ども食堂") == ["商店街の子ども食堂と花壇"]


async def test_how_it_was_meant_never_names_a_word_of_what_is_not_published(town: Town) -> None:
    await town.has("c1", title="プログラミングの教室", published=False)
    await town.has("c2", title="スケートボードの広場")

    assert "プログラミング" not in (await town.sees("/cases?q=プログラムング")).text
    assert await town.titles("/cases?q=スケートボート") == ["スケートボードの広場"]


async def test_a_filter_typed_alone_lists_and_a_mistyped_one_is_told(town: Town) -> None:
    await town.has("c1", title="甲", ward="鶴見区", year=2024)
    await town.has("c2", title="乙", ward="鶴見区", year=2025)
    await town.has("c3", title="丙", ward="緑区")

    assert await town.titles("/cases?q=区:鶴見") == await town.titles("/cases?q=つるみ") == ["乙", "甲"]
    assert "「区:東京」" in (await town.sees("/cases?q=区:東京")).text.split("</title>")[1]


async def test_ward_and_theme_narrow_the_list_and_the_search(town: Town) -> None:
    await town.has("c1", title="甲の花壇", ward="鶴見区", theme="環境・みどり")
    await town.has("c2", title="乙の花壇", ward="緑区", theme="環境・みどり")
    await town.has("c3", title="丙の花壇", ward="緑区", theme="防災・防犯")

    assert await town.titles("/cases?ward=緑区&theme=環境・みどり") == ["乙の花壇"]
    assert sorted(await town.titles("/cases?q=花壇&ward=緑区")) == ["丙の花壇", "乙の花壇"]
    offered = (await town.sees("/cases?ward=緑区")).text
    assert "<option selected>緑区</option>" in offered
    assert "?ward=%E7%B7%91%E5%8C%BA" in offered


async def test_many_cases_come_in_pages_that_keep_what_was_looked_for(town: Town) -> None:
    for n in range(PAGE + 3):
        await town.has(f"c{n:02}", title=f"花壇{n}", ward="緑区", updated_at=THEN + timedelta(minutes=n))

    first, second = await town.titles("/cases?ward=緑区"), await town.titles("/cases?ward=緑区&page=2")

    assert (len(first), second) == (PAGE, ["花壇2", "花壇1", "花壇0"])
    assert "/cases?ward=%E7%B7%91%E5%8C%BA&page=2" in (await town.sees("/cases?ward=緑区")).seen.links()
    for odd in ("0", "-1", "99999999999", "x", "２"):
        assert (await town.sees(f"/cases?page={odd}")).status == 200


async def test_nothing_found_says_what_to_try(town: Town) -> None:
    await town.has()

    page = await town.sees("/cases?q=量子コンピューター")
    assert page.status == 200
    assert "0 件" in page.text or "近いもの" in page.text
    assert "公開している事例は、まだありません" not in page.text


async def test_a_case_has_a_page_with_where_it_is_from(town: Town) -> None:
    await town.has("case-2026-0042", body="一\n二\n\n三", organisations=["商店会", "社協"], year=2026, ward="鶴見区")
    await town.has("other/1 あ", source="市の報告書")

    page = await town.sees("/cases/case-2026-0042")
    assert page.text.count('<p class="text">') == 2
    for said in ("商店会、社協", "出典：横浜市市民協働推進センター 相談事例", "CC BY 4.0", "鶴見区"):
        assert said in page.seen.words
    assert f'href="{SITE}/cases/case-2026-0042"' in page.text
    other = next(link for link in (await town.sees("/cases")).seen.links() if "other" in link)
    assert "利用条件：出典にお確かめください" in (await town.sees(other)).text


async def test_what_people_wrote_is_never_run(town: Town) -> None:
    every = dict.fromkeys(("title", "summary", "body", "ward", "theme", "source"), HOSTILE)
    await town.has(HOSTILE.replace("/", ""), **every, organisations=[HOSTILE], schemes=[HOSTILE])

    pages = [await town.sees("/cases"), await town.sees("/cases?q=" + "%3Cscript%3E%22"), await town.sees("/nowhere")]
    of_case = next(link for link in (await town.sees("/cases")).seen.links() if link.startswith("/cases/"))
    pages.append(await town.sees(of_case))
    pages.append(await town.sees(f"{of_case}?lang=en"))
    assert pages[-1].status == 200
    for page in pages:
        assert "<script" not in page.text
    assert HOSTILE in pages[-1].seen.words
    assert (await town.sees("/cases.json")).json["cases"][0]["title"] == HOSTILE
    assert xml.fromstring((await town.sees("/cases.atom")).body).find("a:entry/a:title", ATOM).text == HOSTILE  # noqa: S314


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
async def test_no_cell_of_the_table_is_a_formula(town: Town, start: str) -> None:
    await town.has("=c1", title=f"{start}cmd|'/c calc'!A1", organisations=[f"{start}1"])

    page = await town.sees("/cases.csv")

    assert page.body.startswith(b"\xef\xbb\xbf")
    assert page.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(page.body.decode("utf-8-sig"), newline=""))
    assert row["title"] == f"'{start}cmd|'/c calc'!A1"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


async def test_json_says_all_there_is_of_a_case(town: Town) -> None:
    await town.has(
        "c1", summary="要約", body="本文", ward="鶴見区", theme="防災・防犯", organisations=["社協"], year=2026
    )

    told = (await town.sees("/cases.json")).json

    assert (told["source"], told["url"]) == ("横浜市市民協働推進センター 相談事例", f"{SITE}/cases")
    assert told["licence"].startswith("https://creativecommons.org/licenses/by/4.0/")
    (case,) = told["cases"]
    assert set(case) == set(feeds.COLUMNS)
    assert (case["url"], case["updated"]) == (f"{SITE}/cases/c1", THEN.isoformat())


async def test_the_feed_is_one_that_readers_take(town: Town) -> None:
    await town.has("c1", body="本文\x00\x0b", ward="鶴見区")
    await town.has("c2", title="あたらしい", updated_at=THEN + timedelta(days=1))

    page = await town.sees("/cases.atom")
    feed = xml.fromstring(page.body)  # noqa: S314  our own
    entries = feed.findall("a:entry", ATOM)

    assert page.headers["content-type"].startswith("application/atom+xml")
    for element in (feed, *entries):  # RFC 4287, 4.1.1 and 4.1.2: exactly one of each
        assert [len(element.findall(f"a:{name}", ATOM)) for name in ("id", "title", "updated")] == [1, 1, 1]
        for moment in element.findall("a:updated", ATOM):
            assert datetime.fromisoformat(moment.text or "").tzinfo
    assert feed.find("a:author/a:name", ATOM) is not None
    assert {link.get("rel") for link in feed.findall("a:link", ATOM)} == {"self", "alternate"}
    assert [entry.findtext("a:title", "", ATOM) for entry in entries] == ["あたらしい", "空き店舗で子ども食堂"]
    assert len({entry.findtext("a:id", "", ATOM) for entry in entries}) == 2
    assert feed.findtext("a:updated", "", ATOM) == entries[0].findtext("a:updated", "", ATOM)


async def test_an_empty_library_has_pages_too(town: Town) -> None:
    assert "まだありません" in (await town.sees("/cases")).text
    assert (await town.sees("/cases.json")).json["cases"] == []
    assert xml.fromstring((await town.sees("/cases.atom")).body).find("a:updated", ATOM) is not None  # noqa: S314
    assert "/cases" in (await town.sees("/")).seen.links()


@pytest.mark.parametrize("address", ["/", "/cases", "/cases/c1", "/cases.json", "/cases.csv", "/cases.atom"])
async def test_a_browser_that_has_a_page_gets_it_again_only_when_it_changed(town: Town, address: str) -> None:
    await town.has()
    page = await town.sees(address)

    assert page.headers["cache-control"] == "public, no-cache"
    same = await town.sees(address, if_none_match=f'"other", W/{page.headers["etag"]}')
    assert (same.status, same.body, same.headers["etag"]) == (304, b"", page.headers["etag"])

    if address != "/":
        async with town.database.transaction() as session:
            case = await session.get_one(PastCase, "c1")
            case.title = "あたらしい件名"
        assert (await town.sees(address, if_none_match=page.headers["etag"])).status == 200


async def test_what_was_taken_back_is_not_kept_by_an_old_mark(town: Town) -> None:
    await town.has(retired_at=THEN)
    page = await town.sees("/cases/c1")

    assert (await town.sees("/cases/c1", if_none_match=page.headers["etag"])).status == 410


@pytest.mark.parametrize(
    "address", ["/", "/cases", "/cases?q=空き店舗&ward=鶴見区", "/cases/c1", "/cases/none", "/cases?lang=easy"]
)
async def test_everybody_can_use_a_page_and_nothing_comes_from_outside(town: Town, address: str) -> None:
    await town.has(ward="鶴見区")
    page = await town.sees(address)
    seen = page.seen

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not seen.all("script")
    assert not any(name.startswith("on") or name == "style" for _, values in seen.tags for name in values)
    assert [sheet["href"] for sheet in seen.all("link") if sheet["rel"] == "stylesheet"] == ["/static/pages.css"]
    assert seen.all("html")[0]["lang"] == "ja"
    assert [len(seen.all(tag)) for tag in ("header", "main", "footer", "h1", "title")] == [1] * 5
    assert seen.links()[0] == "#main"
    assert seen.all("main")[0]["id"] == "main"
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    asked = [one["id"] for tag in ("input", "select") for one in seen.all(tag)]
    assert sorted(asked) == sorted(label["for"] for label in seen.all("label"))
    ids = [values["id"] for _, values in seen.tags if "id" in values]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("address", "english", "easy"),
    [
        ("/", "Read the cases", "事例（じれい）を 読（よ）む"),
        ("/cases", "All cases (1)", "ぜんぶの 事例（1 件）"),
        ("/cases/c1", "Terms of use", "使うときの きまり"),
        ("/cases/c2", "no longer published", "もう 見ることが できません"),
        ("/cases/c3", "Page not found", "ページが ありません"),
    ],
)
async def test_every_page_speaks_the_three_languages(town: Town, address: str, english: str, easy: str) -> None:
    await town.has("c1", body="本文")
    await town.has("c2", title="引き下げた事例", retired_at=THEN)

    page = await town.sees(f"{address}?lang=en")
    assert english in page.seen.words
    assert page.seen.all("html")[0]["lang"] == "en"
    assert "tsunagi_lang=en" in page.headers["set-cookie"]
    assert page.headers["cache-control"].startswith("private")
    assert easy in (await town.sees(f"{address}?lang=easy")).seen.words
    assert english in (await town.sees(address, cookie="tsunagi_lang=en")).seen.words
    assert english in (await town.sees(address, accept_language="en-GB")).seen.words
    assert english not in (await town.sees(address)).seen.words
    assert (await town.sees(address)).headers["vary"] == "Accept-Language, Cookie"


async def test_a_case_stays_japanese_and_says_so_on_an_english_page(town: Town) -> None:
    await town.has(body="本文", ward="鶴見区")

    page = (await town.sees("/cases/c1?lang=en")).text
    for marked in (
        '<span lang="ja">空き店舗で子ども食堂</span>',
        '<dd lang="ja">鶴見区</dd>',
        '<p class="text" lang="ja">本文',
    ):
        assert marked in page
    listed = (await town.sees("/cases?lang=en")).text
    assert '<option lang="ja">鶴見区</option>' in listed
    assert '<p class="about"><span lang="ja">鶴見区</span></p>' in listed
    assert 'Source: <span lang="ja">横浜市市民協働推進センター' in page


async def test_another_language_keeps_what_was_looked_for_and_what_was_only_typed(town: Town) -> None:
    await town.has(ward="鶴見区")

    seen = (await town.sees("/cases?q=食堂&ward=鶴見区&lang=easy")).seen
    enter, _, _, english, _ = seen.all("button")  # with them goes what stands in the search's own fields
    assert "name" not in enter
    assert (english["form"], english["name"], english["value"]) == ("search", "lang", "en")
    assert [one["id"] for one in seen.all("form")] == ["search"]
    assert {"name": "q", "value": "食堂"}.items() <= seen.all("input")[0].items()


async def test_another_language_keeps_the_page(town: Town) -> None:
    for n in range(PAGE + 1):
        await town.has(f"c{n}", ward="鶴見区")

    links = (await town.sees("/cases?ward=鶴見区&page=2&lang=easy")).seen.links()
    assert "?ward=%E9%B6%B4%E8%A6%8B%E5%8C%BA&page=2&lang=en" in links


async def test_a_search_leads_down_to_what_was_found(town: Town) -> None:
    seen = (await town.sees("/cases")).seen

    assert seen.all("form")[0]["action"] == "/cases#found"
    assert {"id": "found"} in seen.all("h2")


@pytest.mark.parametrize(("address", "current"), [("/", "page"), ("/cases?q=食堂", "page"), ("/cases/c1", "true")])
async def test_the_menu_tells_where_one_is(town: Town, address: str, current: str) -> None:
    await town.has("c1")

    here = [a for a in (await town.sees(address)).seen.all("a") if a.get("aria-current") and "lang" not in a]
    assert [(a["href"], a["aria-current"]) for a in here] == [("/cases" if "cases" in address else "/", current)]


async def test_the_style_is_ours(town: Town) -> None:
    page = await town.sees("/static/pages.css")

    assert page.status == 200
    assert "http" not in page.text
    assert ":focus-visible" in page.text
    assert (await town.sees("/static/../cases.py")).status == 404


def test_every_colour_is_readable() -> None:
    style = (Path(web_pages.__file__).parent / "static" / "pages.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--(\w+): #(\w{6})", part)) for part in style.split("prefers-color-scheme: dark"))

    for colours in (light, dark):
        for ink in ("ink", "soft", "link"):
            for ground in ("ground", "field"):
                assert contrast(colours[ink], colours[ground]) >= 4.5
        assert contrast(colours["line"], colours["ground"]) >= 3
        assert contrast("ffffff", colours["strong"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, as WCAG 2.2 counts."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
