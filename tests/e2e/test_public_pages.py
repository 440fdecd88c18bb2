"""The public pages in a real browser: a citizen's way through them, for everybody, in every language."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from bot.web.speech import LANGUAGES
from storage.db import Database
from storage.models import PastCase
from tests.e2e.browsing import LAPTOP, PHONE, Opens, is_for_everybody
from tests.e2e.town import Town

THEN = datetime(2026, 11, 1, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PAGES = ("/", "/form", "/status", "/cases", "/cases?q=空き店舗", "/cases?q=区：どこか", "/cases/sample-case-03",
         "/nowhere", "/cases/taken-back")  # fmt: skip


@pytest.fixture
async def taken_back(town: Town) -> None:
    """A case that was public once."""
    database = Database(f"sqlite:///{town.folder}/centre.db")
    async with database.transaction() as session:
        if await session.get(PastCase, "taken-back") is None:
            session.add(PastCase(id="taken-back", title="", published=True, retired_at=THEN, updated_at=THEN))
    await database.close()


async def test_somebody_on_a_phone_tells_an_idea_on_the_web_and_reads_the_answer(opens: Opens, town: Town) -> None:
    page = await opens(f"{town.hub}/form", size=PHONE)
    await page.click("text=同意してはじめる")
    await page.fill("#overview", "公園の花壇を、学生と一緒に育てたい")
    await page.click("text=確かめる")
    assert await page.get_by_text("（記入なし）").count() >= 4
    await page.click("main >> text=送信する")
    await page.wait_for_selector("text=受け付けました")
    number = re.findall(r"20\d\d-\d{4,}", await page.inner_text("main"))[0]
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    desk = await opens(town.url, remembered={"staff": "U0ALICE00", "toured": "yes"})
    await desk.locator("article", has_text=number).first.wait_for()
    await page.fill("#words", "道具は持っています")
    await page.click("text=伝える >> nth=-1")
    await page.wait_for_selector("text=担当者に伝えました")


async def test_a_form_without_the_one_answer_says_where_and_leads_there(opens: Opens, town: Town) -> None:
    page = await opens(f"{town.hub}/form", size=PHONE)
    await page.click("text=同意してはじめる")
    await page.fill("#background", "きっかけだけ")
    await page.click("text=確かめる")
    await page.click(".problems a")

    assert page.url.endswith("#overview")
    assert await page.get_attribute("#overview", "aria-invalid") == "true"
    assert await page.input_value("#background") == "きっかけだけ"


@pytest.mark.usefixtures("taken_back")
@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [(language, PHONE, "light") for language in LANGUAGES] + [("ja", PHONE, "dark"), ("en", LAPTOP, "light")],
)
async def test_the_public_pages_are_for_everybody(
    opens: Opens, town: Town, language: str, size: dict[str, int], scheme: str
) -> None:
    page = await opens(f"{town.hub}/?lang={language}", size=size, color_scheme=scheme)
    for path in PAGES:
        await page.goto(town.hub + path)
        await is_for_everybody(page)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_way_of_a_consultation_is_for_everybody(opens: Opens, town: Town, language: str) -> None:
    page = await opens(f"{town.hub}/form?lang={language}", size=PHONE)
    await page.click("main button")
    await page.fill("#background", "きっかけだけ")
    await page.set_input_files("#files", [{"name": "花壇.txt", "mimeType": "text/plain", "buffer": b"x"}])
    await page.click("main button[value=review]")
    await page.wait_for_selector(".problems")
    await is_for_everybody(page)

    await page.fill("#overview", "公園の花壇を、学生と一緒に育てたい")
    await page.set_input_files("#files", [{"name": "花壇.png", "mimeType": "image/png", "buffer": PNG}])
    await page.click("main button[value=save]")
    draft = urlsplit(await page.inner_text("code")).path  # the town is served elsewhere than it believes
    await is_for_everybody(page)

    elsewhere = await opens(town.hub + draft, size=PHONE)  # another browser
    await elsewhere.click(f"nav button[formaction='?lang={language}']")
    assert await elsewhere.input_value("#overview") == "公園の花壇を、学生と一緒に育てたい"
    await elsewhere.click("main button[value=review]")
    await elsewhere.wait_for_selector("main button[value=send]")
    await is_for_everybody(elsewhere)
    await elsewhere.click("main button[value=send]")
    await elsewhere.wait_for_selector(".receipt")
    await is_for_everybody(elsewhere)


async def test_somebody_who_reads_on_in_another_language_has_lost_no_word(opens: Opens, town: Town) -> None:
    page = await opens(f"{town.hub}/form", size=PHONE)
    await page.click("main button")
    await page.fill("#overview", "公園の花壇を、学生と一緒に育てたい")
    await page.click("main button[value=review]")
    await page.click("main button[value=send]")
    number, code = (await page.locator(".receipt strong").all_inner_texts())[:2]
    await page.fill("#words", "火曜日なら")
    await page.click("nav >> text=English")
    await page.wait_for_selector("text=Your message")
    assert await page.input_value("#words") == "火曜日なら"
    await is_for_everybody(page)

    await page.goto(f"{town.hub}/status")
    await page.fill("#number", number)
    await page.fill("#code", "AAAA")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".problems")
    await is_for_everybody(page)
    await page.fill("#code", code)
    await page.click("nav >> text=やさしい日本語")
    await page.wait_for_selector("text=いまの ようす")
    await page.focus("#code")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".receipt")

    await page.goto(f"{town.hub}/cases")
    await page.fill("#q", "空き店舗")
    await page.click("nav >> text=English")
    await page.wait_for_selector("text=Case library")
    assert await page.input_value("#q") == "空き店舗"


async def test_the_form_itself_is_for_everybody_by_keyboard_too(opens: Opens, town: Town) -> None:
    page = await opens(f"{town.hub}/form")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.focus("main button")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#overview")
    await is_for_everybody(page)

    await page.focus("#overview")
    await page.keyboard.type("空き家")
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.value") == "review":
            break
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=送る前に")
    await is_for_everybody(page)
