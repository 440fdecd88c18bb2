"""Takes the pictures of docs/images from a running demo: python tests/bench/screens.py URL [FOLDER]

Start `make demo` first; its month of life is filled in, a hearing is told, and each stage's card and modal is shown.
"""

import asyncio
import shutil
import sys
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright

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


async def main(url: str, folder: Path) -> None:
    """Take every picture."""
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1440, "height": 2200}, locale="ja-JP")
        page.set_default_timeout(90_000)
        await page.add_init_script(
            "sessionStorage.setItem('toured','yes'); sessionStorage.setItem('staff','U0LEAD000')"
        )
        await page.goto(url)
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
        await _on_a_phone(browser, url, folder)
        await browser.close()


async def _on_a_phone(browser: Browser, url: str, folder: Path) -> None:
    """The simulator at a phone's width with its tour, and the centre's own pages."""
    phone = await browser.new_context(viewport=PHONE, device_scale_factor=2, locale="ja-JP")
    page = await phone.new_page()
    await page.goto(url)
    await page.wait_for_selector("#tour-title:visible")
    await page.screenshot(path=folder / "phone-tour.png")
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
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "images"
    place.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[1].rstrip("/"), place))
