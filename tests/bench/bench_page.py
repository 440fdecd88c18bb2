"""How fast the simulator and its page are. Run: python tests/bench/bench_page.py

Starts `tsunagi up` and the simulator on free ports, fills in the month of life (a card a second), opens the page in
Chromium and prints a table. The goals: drawn within 1 s with that month in it; what is typed on the phone on the other
side within 500 ms (95th percentile); 200 calls a second. All processes share the machine.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.e2e.steps import a_case
from tests.e2e.town import SECRETS, Town
from tests.simulator.client import Simulation

LOADS, MESSAGES, CALLS, AT_ONCE = 10, 40, 1500, 8
APART = 1.3  # seconds between messages: Slack takes one a second in a channel, and ours waits for that
CALM = 5.0  # seconds without a new card
DRAWN = """cards => new Promise(done => (function look() {
  const there = document.querySelectorAll('#posts > article').length >= cards && document.querySelector('#talk .row');
  if (there) done(); else requestAnimationFrame(look);
})())"""
TYPED = """words => new Promise(done => {
  const began = performance.now(), there = box => document.querySelector(box).textContent.includes(words);
  const seen = {};
  document.querySelector('#words').value = words;
  document.querySelector('#say').requestSubmit();
  (function look() {
    for (const box of ['#talk', '#replies']) if (!(box in seen) && there(box)) seen[box] = performance.now() - began;
    if (seen['#replies'] === undefined) requestAnimationFrame(look); else done(seen);
  })();
})"""


def main() -> None:
    """Start a town, measure, and end it whatever happens."""
    with tempfile.TemporaryDirectory() as folder:
        town = Town(Path(folder), "sqlite:///bench.db")
        try:
            town.start()
            print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
            asyncio.run(measure(town))
        finally:
            town.stop()


async def measure(town: Town) -> None:
    """A case of somebody's, the month, then the three figures."""
    async with Simulation(town.url, patience=120) as sim, async_playwright() as tools:
        who = town.new_citizen()
        number = await a_case(sim.citizen(who))
        await calls_a_second(town, "calls, a fresh simulator")
        cards = await a_month(sim)
        browser = await tools.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        await loads(browser, town, who, cards)
        await typing(await _blank(browser, who), town, number)
        await browser.close()
        await calls_a_second(town, "calls, with the month in it")


async def a_month(sim: Simulation) -> int:
    """Fill it in and wait until no more cards come; returns how many there are."""
    made = await sim.call("POST", "/sim/life")
    seen = -1
    while seen != (seen := len(await _cards(sim))) or seen < made["cases"]:  # noqa: ASYNC110
        await asyncio.sleep(CALM)
    row("month of life", f"{made['cases']} cases, {seen} cards in the channel")
    return seen


async def _cards(sim: Simulation) -> list[dict[str, object]]:
    screen = await sim.call("GET", "/sim/staff/U0ALICE00")
    return next(c["messages"] for c in screen["channels"] if c["id"] == SECRETS["SLACK_INTAKE_CHANNEL"])


async def loads(browser: Browser, town: Town, who: str, cards: int) -> None:
    """From the address to all cards and the talk being there."""
    seconds = []
    for _ in range(LOADS):  # each in a browser that has seen nothing of it
        page = await _blank(browser, who)
        started = time.perf_counter()
        await page.goto(town.url)
        await page.evaluate(DRAWN, cards)
        seconds.append(time.perf_counter() - started)
        await page.context.close()
    figures("page drawn, with all cards", seconds, 1_000)


async def _blank(browser: Browser, who: str) -> Page:
    context = await browser.new_context(viewport={"width": 1366, "height": 820})
    remembered = {"citizen": who, "staff": "U0ALICE00", "toured": "yes"}
    for key, value in remembered.items():
        await context.add_init_script(f"sessionStorage.setItem('{key}', '{value}')")
    page = await context.new_page()
    page.set_default_timeout(60_000)
    return page


async def typing(page: Page, town: Town, number: str) -> None:
    """From Enter on the phone to the bubble there, and to the words in the thread of the workspace."""
    await page.goto(town.url)
    card = page.locator("#posts > article", has_text=number)
    await card.locator(".replies-link, .answer").first.dispatch_event("click")
    seen: list[dict[str, float]] = []
    for n in range(MESSAGES):
        await asyncio.sleep(APART)
        seen.append(await page.evaluate(TYPED, f"ことば{n}-{uuid4().hex[:6]}"))
    figures("typed → bubble on the phone", [s["#talk"] / 1e3 for s in seen], 500)
    figures("typed → drawn in the workspace", [s["#replies"] / 1e3 for s in seen], 500)


async def calls_a_second(town: Town, name: str) -> None:
    """LINE pushes and Slack updates, eight at a time, each with its checks, its wire log and its events."""
    line = {"Authorization": f"Bearer {SECRETS['LINE_CHANNEL_ACCESS_TOKEN']}"}
    slack = {"Authorization": f"Bearer {SECRETS['SLACK_BOT_TOKEN']}"}
    channel, who = SECRETS["SLACK_INTAKE_CHANNEL"], town.new_citizen()  # nobody in view
    async with aiohttp.ClientSession(town.url) as session:

        async def push(n: int) -> None:
            sent = {"to": who, "messages": [{"type": "text", "text": f"お知らせ {n}"}]}
            await _sent(session, "/v2/bot/message/push", line | {"X-Line-Retry-Key": str(uuid4())}, sent)

        posted = await _sent(session, "/api/chat.postMessage", slack, {"channel": channel, "text": "x"})

        async def update(n: int) -> None:
            changed = {"channel": channel, "ts": posted["ts"], "text": f"変えた {n}"}
            await _sent(session, "/api/chat.update", slack, changed)

        rate(f"{name}: LINE push", await _per_second(push))
        rate(f"{name}: Slack chat.update", await _per_second(update))
        await _sent(session, "/api/chat.delete", slack, {"channel": channel, "ts": posted["ts"]})


async def _sent(session: aiohttp.ClientSession, path: str, headers: dict[str, str], body: object) -> dict[str, str]:
    async with session.post(path, headers=headers, json=body) as answer:
        said: dict[str, str] = json.loads(await answer.read())
        if answer.status != 200 or said.get("ok") is False:
            raise RuntimeError(f"{path}: {answer.status} {said}")
        return said


async def _per_second(call: Callable[[int], Awaitable[None]]) -> float:
    numbers, started = iter(range(CALLS)), time.perf_counter()

    async def one() -> None:
        for n in numbers:
            await call(n)

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return CALLS / (time.perf_counter() - started)


def figures(name: str, seconds: list[float], goal: int) -> None:
    """Print p50 and p95 beside the goal."""
    seconds = sorted(seconds)
    p50, p95 = (seconds[min(int(len(seconds) * q), len(seconds) - 1)] * 1e3 for q in (0.5, 0.95))
    row(name, f"p50 {p50:6.0f} ms   p95 {p95:6.0f} ms   (goal < {goal} ms)  {'' if p95 < goal else 'MISSED'}")


def rate(name: str, found: float) -> None:
    """Print calls a second beside the goal."""
    row(name, f"{found:6.0f}/s   (goal 200/s)  {'' if found >= 200 else 'MISSED'}")


def row(name: str, said: str) -> None:
    """Print one row of the table."""
    print(f"{name:<48} {said}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
