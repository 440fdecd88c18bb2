"""A running simulator, and a small hub that stands at its other end."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, AsyncMessagingApiBlob, Configuration
from playwright.async_api import Page, async_playwright
from slack_sdk.web.async_client import AsyncWebClient

sys.path.insert(0, str(Path(__file__).parents[2]))

from deploy.simulator.app import serving
from deploy.simulator.config import Config
from deploy.simulator.state import World
from tests import pace
from tests.simulator.client import Simulation


class Hub:
    """Takes what the simulator sends; `answers` says what it gives back, one after the other."""

    def __init__(self) -> None:
        self.line: list[tuple[str, str]] = []  # body, signature
        self.slack: list[tuple[bytes, dict[str, str]]] = []
        self.payloads: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answers: list[web.Response] = []
        self.asked: list[tuple[str, str, dict[str, Any]]] = []  # of a demo: what, with which authority, given
        self.ahead, self.late = 0.0, 0.0  # of a demo: its clock, and what a jump adds beyond what was asked for
        self.url = ""

    async def demo(self, request: web.Request) -> web.Response:
        """What only a hub of a demo does."""
        what, shown, given = request.match_info["what"], request.headers["Authorization"], await request.json()
        self.asked.append((what, shown, given))
        if self.answers:
            return self.answers.pop(0)
        self.ahead += given["seconds"] + self.late if what == "clock" else 0
        return web.json_response({"cases": 3} if what == "life" else {"ahead": self.ahead})

    async def rasa(self, request: web.Request) -> web.Response:
        """Rasa, as far as it is passed through."""
        return web.json_response({"path": request.path, "query": dict(request.query), "body": await request.text()})

    async def from_line(self, request: web.Request) -> web.Response:
        self.line.append((await request.text(), request.headers.get("X-Line-Signature", "")))
        return self.answers.pop(0) if self.answers else web.Response()

    async def from_slack(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.slack.append((body, dict(request.headers)))
        if request.content_type == "application/json":
            return web.Response()
        form = {key: values[0] for key, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        self.payloads.put_nowait(json.loads(form["payload"]) if "payload" in form else form)
        return self.answers.pop(0) if self.answers else web.Response()

    def events(self) -> list[dict[str, Any]]:
        """Every LINE event that came, in order."""
        return [event for body, _ in self.line for event in json.loads(body)["events"]]

    def events_of_slack(self) -> list[dict[str, Any]]:
        """Every envelope that came, in order."""
        return [json.loads(body) for body, headers in self.slack if headers["Content-Type"] == "application/json"]

    async def until(self, come: Callable[[], bool], seconds: float = 3) -> None:
        """Wait for something to have come."""
        async with asyncio.timeout(pace.within(seconds)):
            while not come():  # noqa: ASYNC110  the hub is polled, as people look at a screen
                await asyncio.sleep(0.02)

    async def payload(self) -> dict[str, Any]:
        """The next interaction or command."""
        return await asyncio.wait_for(self.payloads.get(), pace.within(3))


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = Hub()
    app = web.Application()
    app.add_routes([web.post("/line/webhook", hub.from_line), web.post("/slack/events", hub.from_slack),
                    web.post("/demo/{what}", hub.demo), web.route("*", "/model/{path:.*}", hub.rasa)])  # fmt: skip
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield hub
    await runner.cleanup()


CHANNELS = ("random",)  # where Slack's own tests of metadata post


@pytest.fixture
async def world(hub: Hub) -> AsyncIterator[World]:
    config = Config(hub=hub.url, redeliveries=(0.05, 0.05), slack_retries=(0.05,), channels=CHANNELS)
    async with serving(config) as world:
        yield world


@pytest.fixture
async def sim(world: World) -> AsyncIterator[Simulation]:
    async with Simulation(world.config.url, patience=pace.within(3)) as sim:
        yield sim


@pytest.fixture
async def line_client(world: World) -> AsyncIterator[AsyncApiClient]:
    settings = Configuration(host=world.config.url, access_token=world.config.line_token)
    async with AsyncApiClient(settings) as client:
        yield client


@pytest.fixture
def line(line_client: AsyncApiClient) -> AsyncMessagingApi:
    return AsyncMessagingApi(line_client)


@pytest.fixture
def blobs(line_client: AsyncApiClient) -> AsyncMessagingApiBlob:
    return AsyncMessagingApiBlob(line_client)


@pytest.fixture
def slack(world: World) -> AsyncWebClient:
    return AsyncWebClient(token=world.config.slack_token, base_url=f"{world.config.url}/api/")


@pytest.fixture
async def page(world: World, chromium: str) -> AsyncIterator[Page]:
    """The page, which must complain about nothing and ask nobody else for anything."""
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page, trouble = await browser.new_page(viewport={"width": 1280, "height": 800}), []
        page.set_default_timeout(pace.within(8) * 1000)
        page.on("console", lambda said: trouble.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((world.config.url, "data:")) else trouble.append(r.url))
        await page.goto(world.config.url)
        yield page
        await browser.close()
        assert trouble == []


@pytest.fixture
def alice(sim: Simulation) -> Any:
    """A coordinator at the desk."""
    return sim.coordinator("ありす")
