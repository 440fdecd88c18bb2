"""The real Bolt app over a real database, with a stand-in for Slack at the HTTP edge."""

from collections.abc import AsyncIterator
from types import ModuleType

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from storage.db import Database
from tests import pace
from tests.slack.slack_office import Office
from tests.slack.slack_stand_in import StandIn, listeners_end


@pytest.fixture
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[StandIn]:
    """Slack's Web API; everything sent to it is held against Slack's own rules at the end."""
    stand_in = StandIn()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", stand_in.handle)
    app.router.add_post("/upload/{id}", stand_in.upload)
    app.router.add_get("/files-pri/{id}", stand_in.download)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    stand_in.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield stand_in
    await runner.cleanup()
    judge: ModuleType = request.getfixturevalue("conformance")
    for call in stand_in.calls:
        assert judge.slack_call(call.method, call.body) == [], call.method


@pytest.fixture
async def client(slack: StandIn) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token="xoxb-1", base_url=slack.url, timeout=int(pace.within(5)), session=session, retry_handlers=[]
        )


@pytest.fixture
async def office(
    sqlite: Database, slack: StandIn, client: AsyncWebClient, conformance: ModuleType
) -> AsyncIterator[Office]:
    yield Office(sqlite, slack, client, conformance)
    await listeners_end()  # nobody may be at work in a database that is closed
