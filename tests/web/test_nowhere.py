"""Where there is no page: people find the way back, programs are told in their own way."""

import pytest
from starlette.applications import Starlette

from bot.app import create
from bot.settings import Settings
from tests.web.visitor import Page, Visitor


@pytest.fixture(scope="module")
def app() -> Starlette:
    """The hub as it is put together, not started: nothing is behind its routes."""
    names = ("line_channel_secret", "line_channel_access_token", "slack_bot_token", "slack_signing_secret",
             "slack_intake_channel", "rasa_token")  # fmt: skip
    shaped = {"slack_bot_token": "xoxb-none", "slack_intake_channel": "C0NONE"}
    return create(Settings.model_validate(dict.fromkeys(names, "none") | shaped))


@pytest.mark.parametrize(
    ("path", "method", "status", "said"),
    [
        ("/nope", "GET", 404, "ページが見つかりません"),
        ("/nope", "POST", 404, "ページが見つかりません"),
        ("/static/nope.css", "GET", 404, "ページが見つかりません"),
        ("/cases", "POST", 405, "そのようには開けません"),
        ("/line/webhook", "GET", 405, "そのようには開けません"),
    ],
)
async def test_people_find_the_way_back(app: Starlette, path: str, method: str, status: int, said: str) -> None:
    page = await Visitor(app).goes(path, method=method, accept="text/html,application/json;q=0.9")
    seen = page.seen

    assert page.status == status
    assert said in seen.words
    assert seen.all("html")[0]["lang"] == "ja"
    assert [len(seen.all(tag)) for tag in ("title", "main", "h1")] == [1] * 3
    assert {"/", "/cases", "#main"} <= set(seen.links())


async def test_it_is_said_in_the_reader_s_language(app: Starlette) -> None:
    page = await Visitor(app).goes("/nope", accept_language="en")

    assert page.seen.all("html")[0]["lang"] == "en"
    assert "Page not found" in page.seen.words


async def test_what_may_be_asked_instead_is_still_named(app: Starlette) -> None:
    assert "GET" in (await Visitor(app).goes("/cases", method="POST")).headers["allow"]


async def test_a_program_that_asks_for_json_gets_it(app: Starlette) -> None:
    page: Page = await Visitor(app).goes("/nope", accept="application/json")

    assert (page.status, page.json) == (404, {"error": "Not Found"})
