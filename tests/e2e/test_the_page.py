"""In a real browser: the tour, two people at one button, and the public pages for everybody."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from deploy.simulator.client import Citizen
from tests.e2e.steps import a_case
from tests.e2e.town import Town

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no browser: apt-get install chromium")
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 820}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Opens = Callable[..., Awaitable[Page]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def opens(browser: Browser, town: Town) -> AsyncIterator[Opens]:
    """Opens pages that must complain about nothing and ask nobody else for anything."""
    trouble: list[str] = []

    async def opened(
        url: str, *, size: dict[str, int] = LAPTOP, remembered: dict[str, str] | None = None, **more: Any
    ) -> Page:
        context = await browser.new_context(viewport=size, locale="ja-JP", timezone_id="Asia/Tokyo", **more)
        for key, value in (remembered or {}).items():
            await context.add_init_script(
                f"sessionStorage.getItem('{key}') ?? sessionStorage.setItem('{key}', '{value}')"
            )
        page = await context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: trouble.append(said.text) if _is_trouble(said) else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        home = (town.url, town.hub, "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(home) else trouble.append(request.url))
        await page.goto(url)
        return page

    yield opened
    assert trouble == []


async def test_two_people_press_one_button_in_two_windows(citizen: Citizen, opens: Opens, town: Town) -> None:
    number = await a_case(citizen)
    windows = [await opens(town.url, remembered={"staff": who, "toured": "yes"}) for who in ("U0ALICE00", "U0BOB0000")]
    buttons = [page.locator("article", has_text=number).locator("[data-action='case.claim']").first for page in windows]
    for button in buttons:
        await button.wait_for()

    refused = "さんがすでに担当"
    before = [await page.get_by_text(refused).count() for page in windows]  # in other stories of this town
    await asyncio.gather(*(button.click() for button in buttons))

    loser = asyncio.create_task(_either(windows, refused, before))
    winner = asyncio.create_task(_either(windows, f"{number} の担当（メイン）になりました"))
    assert await loser is not await winner


def _is_trouble(said: ConsoleMessage) -> bool:
    """Whatever the browser complains of, but for a page that was meant to say that something is missing (422)."""
    return said.type in ("error", "warning") and "422" not in said.text


async def _either(pages: list[Page], words: str, before: Sequence[int] = (0, 0)) -> Page:
    """The window that shows the words first, once more than before."""
    for _ in range(150):
        for page, already in zip(pages, before, strict=True):
            if await page.get_by_text(words).count() > already:
                return page
        await asyncio.sleep(0.1)
    raise AssertionError(words)


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/", "/form", "/form?lang=en", "/form?lang=easy", "/status", "/cases", "/cases?q=空き店舗"]
)
async def test_the_public_pages_are_for_everybody(opens: Opens, town: Town, path: str, scheme: str) -> None:
    page = await opens(town.hub + path, size=PHONE, color_scheme=scheme)
    found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})

    assert found.response["violations"] == [], found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_the_form_itself_is_for_everybody_by_keyboard_too(opens: Opens, town: Town) -> None:
    page = await opens(f"{town.hub}/form")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.focus("main button")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#overview")
    found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.response["violations"] == [], found.generate_report()

    await page.focus("#overview")
    await page.keyboard.type("空き家")
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.value") == "review":
            break
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=送る前に")
    found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.response["violations"] == [], found.generate_report()


async def test_the_tour_tells_the_whole_story(opens: Opens, town: Town) -> None:
    """The last of the stories here: its last step moves the centre's clock."""
    page = await opens(town.url, remembered={"citizen": town.new_citizen(), "staff": "U0ALICE00"})
    for title in (
        "市民が、LINEで相談を始めます",
        "5つの質問",
        "たしかめて、送ります",
        "カードが届きます",
        "返信します",
        "段階へ進みます",
    ):
        await page.wait_for_selector(f"#tour-title:has-text('{title}')", timeout=60_000)
        await page.click("#tour-do")
    await page.wait_for_selector("#tour", state="hidden", timeout=60_000)

    assert await page.get_by_text("来週、お話をうかがえますか").count() >= 1
