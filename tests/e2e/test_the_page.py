"""The simulator in a real browser: the tour, two people at one button, and what opens, for everybody."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests import pace
from tests.e2e.browsing import LAPTOP, PHONE, WCAG, Opens
from tests.e2e.steps import a_case
from tests.e2e.town import Town
from tests.simulator.client import Citizen


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


async def _either(pages: list[Page], words: str, before: Sequence[int] = (0, 0)) -> Page:
    """The window that shows the words first, once more than before."""
    end = time.monotonic() + pace.within(15)
    while time.monotonic() < end:
        for page, already in zip(pages, before, strict=True):
            if await page.get_by_text(words).count() > already:
                return page
        await asyncio.sleep(0.1)
    raise AssertionError(words)


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
async def test_the_simulator_is_for_everybody_and_its_links_stay_inside(
    citizen: Citizen, opens: Opens, town: Town, size: dict[str, int]
) -> None:
    number = await a_case(citizen)
    page = await opens(town.url, size=size, remembered={"staff": "U0ALICE00"})

    async def sound(what: str) -> None:
        found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert found.response["violations"] == [], f"{what}: {found.generate_report()}"

    await page.wait_for_selector("#tour-title:visible")
    await sound("the tour")
    await page.click("#tour-skip")
    if size is PHONE:
        await page.click("[data-show=slack]")
    card = page.locator("#posts article", has_text=number).first
    await card.locator(".answer, .replies-link").first.dispatch_event("click")
    await page.wait_for_selector("#replies article")
    await sound("a thread")
    await page.click("#thread-close")
    await card.locator("[data-action='case.details']").click()
    await page.wait_for_selector("#modal >> text=カードとスレッドを開く")
    await sound("a modal")

    await page.click("text=カードとスレッドを開く")

    await page.wait_for_selector("#veil", state="hidden")
    await page.wait_for_selector(f"#posts .found >> text={number}", state="attached")
    assert len(page.context.pages) == 1
    await page.click("#open-wire")
    await page.locator("#entries summary").last.click()
    await sound("the wire log")


TOUR = ("LINEで相談を始めます", "5つの質問", "たしかめて、送ります", "カードが届きます", "返信します", "段階へ進みます")


async def on(page: Page, step: int) -> None:
    """Wait until the tour has come to a step."""
    await page.wait_for_selector(f"#tour-title:has-text('{TOUR[step]}')", timeout=pace.within(60) * 1000)


async def test_the_tour_bears_impatience_on_a_phone_and_a_second_run(opens: Opens, town: Town) -> None:
    page = await opens(town.url, remembered={"citizen": town.new_citizen(), "staff": "U0ALICE00"}, size=PHONE)
    for step in range(3):  # by “next” alone, as who only wants to see what comes
        await on(page, step)
        await page.click("#tour-next")
    await on(page, 3)
    await page.click("#tour-do")  # does what was passed over, too
    await on(page, 4)
    await page.click("#tour-skip")

    await page.click("#open-tour")  # another visitor, the same browser
    await page.click("#tour-do")
    assert await page.locator("#tour-next").is_disabled()
    await on(page, 1)
    for n, said in enumerate(
        ("空き家で工作教室をしたい", "ものづくりが好きな子が多いので"), 2
    ):  # by hand, the others by the tour
        await page.fill("#words", said)
        await page.press("#words", "Enter")
        await page.get_by_text(f"質問 {n}/5").last.wait_for(timeout=pace.within(20) * 1000)
    await page.click("#tour-do")
    await on(page, 2)
    await page.click("#tour-do")
    await on(page, 3)
    await page.click("#tour-skip")


async def test_the_tour_tells_the_whole_story(opens: Opens, town: Town) -> None:
    """The last of the stories here: its last step moves the centre's clock."""
    page = await opens(town.url, remembered={"citizen": town.new_citizen(), "staff": "U0ALICE00"})
    for step in range(len(TOUR)):
        await on(page, step)
        await page.click("#tour-do")
    await page.wait_for_selector("#tour", state="hidden", timeout=pace.within(60) * 1000)

    assert await page.get_by_text("来週、お話をうかがえますか").count() >= 1
