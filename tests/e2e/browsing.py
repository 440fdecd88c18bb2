"""Pages in a real browser: opened as people open them, and looked at as the guidelines ask."""

from collections.abc import Awaitable, Callable

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import ConsoleMessage, Page

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 820}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MEANT = ("404", "410", "422")  # what a page says that something isn't there, any more, or is missing
Opens = Callable[..., Awaitable[Page]]


async def is_for_everybody(page: Page) -> None:
    """Fail where a page breaks a rule of WCAG 2.2 AA that can be checked, or is wider than its window."""
    found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})

    assert found.response["violations"] == [], found.generate_report()
    assert page.viewport_size is not None
    assert await page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


def is_trouble(said: ConsoleMessage) -> bool:
    """Whatever the browser complains of, but for a page itself whose status was meant."""
    is_meant = any(f"status of {status}" in said.text for status in MEANT) and "/static/" not in said.location["url"]
    return said.type in ("error", "warning") and not is_meant
