"""The real Bolt app over a real database, with a stand-in for Slack at the HTTP edge."""

from collections.abc import AsyncIterator
from types import ModuleType

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from storage.db import Database
from tests import pace
from tests.slack.person import listeners_end
from tests.slack.slack_office import Office
from tests.stand_ins.edge import served
from tests.stand_ins.slack import Slack


@pytest.fixture
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Slack]:
    """Slack's Web API; everything sent to it is held against Slack's own rules at the end."""
    slack = Slack()
    async with served(slack.routes()) as url:
        slack.url = f"{url}/api/"
        yield slack
    judge: ModuleType = request.getfixturevalue("conformance")
    for call in slack.calls:
        assert judge.slack_call(call.method, call.body) == [], call.method


@pytest.fixture
async def client(slack: Slack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token="xoxb-1", base_url=slack.url, timeout=int(pace.within(5)), session=session, retry_handlers=[]
        )


@pytest.fixture
async def office(
    sqlite: Database, slack: Slack, client: AsyncWebClient, conformance: ModuleType
) -> AsyncIterator[Office]:
    yield Office(sqlite, slack, client, conformance)
    await listeners_end()  # nobody may be at work in a database that is closed
