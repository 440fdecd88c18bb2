from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests import pace
from tests.e2e.browsing import LAPTOP, Opens, is_trouble
from tests.e2e.town import Town
from tests.simulator.client import Citizen, Coordinator, Simulation

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="session")
def sqlite_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    yield from _started(tmp_path_factory.mktemp("sqlite"), "sqlite:///centre.db")


@pytest.fixture(scope="session")
def postgres_town(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[Town]:
    name = f"e2e{uuid4().hex[:8]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    head, _, query = postgres.partition("?")
    url = head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    yield from _started(tmp_path_factory.mktemp("postgres"), url)


@pytest.fixture
def town(sqlite_town: Town) -> Town:
    """The centre most stories play in."""
    return sqlite_town


@pytest.fixture(params=["sqlite_town", "postgres_town"])
def any_town(request: pytest.FixtureRequest) -> Town:
    """The centre on both databases in turn."""
    found: Town = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def sim(town: Town) -> AsyncIterator[Simulation]:
    async with Simulation(town.url, patience=pace.within(30)) as simulation:
        yield simulation


@pytest.fixture
def citizen(sim: Simulation, town: Town) -> Citizen:
    """Somebody who has never been here."""
    return sim.citizen(town.new_citizen())


@pytest.fixture
async def alice(sim: Simulation) -> Coordinator:
    return await at_the_desk(sim.coordinator("U0ALICE00"))


@pytest.fixture
async def bob(sim: Simulation) -> Coordinator:
    return await at_the_desk(sim.coordinator("U0BOB0000"))


async def at_the_desk(coordinator: Coordinator) -> Coordinator:
    """Close what an earlier story left open."""
    while (await coordinator.screen())["modals"]:
        await coordinator.closes()
    return coordinator


def _started(folder: Path, database_url: str) -> Iterator[Town]:
    town = Town(folder, database_url)
    try:
        town.start()
        yield town
    finally:
        town.stop()


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
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
        page.set_default_timeout(pace.within(30) * 1000)
        page.on("console", lambda said: trouble.append(said.text) if is_trouble(said) else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        home = (town.url, town.hub, "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(home) else trouble.append(request.url))
        await page.goto(url)
        return page

    yield opened
    assert trouble == []
