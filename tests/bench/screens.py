"""Takes the pictures of docs/ from a running demo: python tests/bench/screens.py URL [FOLDER]

Start `make demo` first and leave it alone: a citizen's case is told and claimed, a month of life is filled in, and each
stage's card and modal is shown.
"""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests import browser as browsers
from tests.e2e.steps import a_case
from tests.simulator.client import Simulation

ROOT = Path(__file__).parents[2]
STAGES = {"received": "①受付", "hearing": "②ヒアリング", "direction": "③方向性", "realisation": "④実現支援",
          "follow_up": "⑤フォロー", "closed": "終了"}  # fmt: skip
MODALS = {  # picture: the stage whose card has the button, and the button
    "assign": ("received", "case.assign"), "briefing": ("hearing", "case.briefing"), "date": ("hearing", "case.meet"),
    "assess": ("direction", "case.assess"), "propose": ("direction", "case.propose"),
    "parties": ("realisation", "case.stakeholders"), "plan": ("realisation", "case.plan"),
    "check_in": ("follow_up", "case.check_in"), "nudges": ("hearing", "case.nudges"), "draft": ("closed", "case.draft"),
    "details": ("direction", "case.details"),
}  # fmt: skip
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}
DESK = {"width": 1440, "height": 2200}  # high enough for a whole card
TOLD, LEAD = {"toured": "yes"}, {"toured": "yes", "staff": "U0LEAD000"}


async def main(url: str, folder: Path) -> None:
    """Take every picture."""
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=browsers.found(), args=["--no-sandbox"])
        await _tour(await _opened(browser, url, LAPTOP, {}), folder / "tour.png")
        await _on_a_phone(browser, url, folder)
        await _a_first_case(await _opened(browser, url, LAPTOP, TOLD), url, folder)
        page = await _opened(browser, url, DESK, LEAD)
        await page.request.post(f"{url}/sim/life", data="{}", timeout=180_000)
        await _calm(page)
        cards = {name: await _card(page, label) for name, label in STAGES.items()}
        for name, card in cards.items():
            await card.screenshot(path=folder / f"card-{name}.png")
        for name, (stage, action) in MODALS.items():
            await _modal(page, cards[stage], action, folder / f"modal-{name}.png")
        await page.click("#home-tab")
        await page.locator("#posts .b-header").first.wait_for()
        await page.wait_for_timeout(2_000)
        await page.locator(".slack").screenshot(path=folder / "home.png")
        await browser.close()


async def _opened(browser: Browser, url: str, size: dict[str, int], remembered: dict[str, str]) -> Page:
    page = await browser.new_page(viewport=size, locale="ja-JP", timezone_id="Asia/Tokyo")
    page.set_default_timeout(90_000)
    for key, value in remembered.items():
        await page.add_init_script(f"sessionStorage.setItem('{key}', '{value}')")
    await page.goto(url)
    return page


async def _a_first_case(page: Page, url: str, folder: Path) -> None:
    """A hearing on LINE to its receipt, and beside it the card, once somebody claimed it and the citizen knows."""
    async with Simulation(url, patience=60) as sim:
        number = await a_case(sim.citizen("佐藤さん"))
    card = page.locator("#posts > article", has_text=number)
    await card.get_by_text("関係しそうな団体").wait_for()
    await card.locator("[data-action='case.claim']").click()
    await page.get_by_text(f"{number} の担当（メイン）になりました").wait_for()
    await page.get_by_text("担当者が決まりました").wait_for()
    await page.wait_for_timeout(2_000)
    await page.screenshot(path=folder / "demo.png")
    await page.context.close()


async def _tour(page: Page, file: Path) -> None:
    await page.wait_for_selector("#tour-title:visible")
    await page.wait_for_timeout(2_000)
    await page.screenshot(path=file)


async def _on_a_phone(browser: Browser, url: str, folder: Path) -> None:
    """The simulator at a phone's width with its tour, and the centre's own pages."""
    phone = await browser.new_context(viewport=PHONE, device_scale_factor=2, locale="ja-JP")
    page = await phone.new_page()
    await page.goto(url)
    await _tour(page, folder / "phone-tour.png")
    hub = (await (await page.request.get(f"{url}/sim/world")).json())["hub"]
    await page.goto(f"{hub}/form")
    await page.screenshot(path=folder / "form-consent.png")
    await page.click("text=同意してはじめる")
    await page.wait_for_selector("#overview")
    await page.screenshot(path=folder / "form.png")
    await page.goto(f"{hub}/cases")
    await page.screenshot(path=folder / "cases.png")


async def _calm(page: Page) -> None:
    """Wait until no card has come for a while: one a second does."""
    seen = -1
    while seen != (seen := await page.locator("#posts > article").count()):
        await page.wait_for_timeout(6_000)


async def _card(page: Page, label: str) -> Locator:
    """The newest card of a stage, once it is there."""
    cards = page.locator("#posts > article", has=page.locator(".b-header", has_text=label))
    await cards.first.wait_for()
    return cards.last


async def _modal(page: Page, card: Locator, action: str, file: Path) -> None:
    await card.locator(f"[data-action='{action}']").click()
    await page.wait_for_selector("#modal header")
    await page.wait_for_timeout(2_500)  # a skeleton first, where there is something to find
    await page.locator("#modal").screenshot(path=file)
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#veil", state="hidden")


if __name__ == "__main__":
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs"
    place.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[1].rstrip("/"), place))
