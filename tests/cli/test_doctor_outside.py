"""What the doctor says about LINE and Slack, asked through the real SDKs against the simulator."""

import json
import re
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from bot.machine import outside
from bot.settings import Settings
from deploy.simulator.app import serving
from deploy.simulator.config import Config

ROOT = Path(__file__).parents[2]


def settings(config: Config, **changed: str) -> Settings:
    """The settings that fit a simulator, but for what is changed."""
    fitting = {
        "line_channel_secret": config.line_secret, "line_channel_access_token": config.line_token,
        "slack_bot_token": config.slack_token, "slack_signing_secret": config.slack_secret,
        "slack_intake_channel": config.intake, "rasa_token": "made-up", "rasa_url": "http://127.0.0.1:9",
        "line_api_url": config.url, "slack_api_url": f"{config.url}/api/",
    }  # fmt: skip
    return Settings(_env_file=None, **(fitting | changed))


def test_the_scopes_are_those_of_the_manifest():
    manifest = json.loads((ROOT / "deploy/slack-manifest.json").read_text("utf-8"))

    assert set(manifest["oauth_config"]["scopes"]["bot"]) == outside.SCOPES


def test_the_example_names_every_setting_and_nothing_else():
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    named = {line.removeprefix("# ").split("=")[0] for line in lines if re.match(r"(# )?[A-Z_]+=", line)}

    assert named == {name.upper() for name in Settings.model_fields} | {"POSTGRES_PASSWORD"}


async def found(given: Settings) -> dict[str, outside.Finding]:
    return {finding.what: finding async for finding in outside.examine(given)}


async def test_everything_right_is_said_so():
    async with serving() as world:
        findings = await found(settings(world.config))

    assert {name for name, one in findings.items() if not one.good} == {"Rasa"}
    assert "does not answer" in findings["Rasa"].told
    assert "agrees" in findings["clock"].told


@pytest.mark.parametrize(
    ("changed", "what", "words"),
    [
        ({"slack_bot_token": "xoxb-wrong"}, "Slack token", "Slack refused the bot token (invalid_auth): copy"),
        ({"line_channel_access_token": "wrong"}, "LINE token", "LINE refused the token (401): issue"),
        ({"slack_intake_channel": "C0NOWHERE"}, "Slack channel", "channel_not_found"),
    ],
)
async def test_a_refused_token_says_what_to_copy(changed: dict[str, str], what: str, words: str):
    async with serving() as world:
        findings = await found(settings(world.config, **changed))

    assert not findings[what].good
    assert words in findings[what].told


@pytest.mark.parametrize(
    ("stamp", "fine", "words"),
    [
        ("Sat, 28 Nov 2026 03:00:10 GMT", True, "agrees with Slack's"),
        ("Sat, 28 Nov 2026 03:05:00 GMT", False, "300 s behind Slack's"),
        ("Sat, 28 Nov 2026 02:59:00 GMT", False, "60 s ahead of Slack's"),
        ("", True, "didn't say"),
    ],
)
def test_a_wrong_clock_is_said(monkeypatch: pytest.MonkeyPatch, stamp: str, fine: bool, words: str):
    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Now":
            return cls(2026, 11, 28, 3, tzinfo=tz)

    monkeypatch.setattr(outside, "datetime", Now)

    finding = outside._clock({"Date": stamp} if stamp else {})

    assert finding.good == fine
    assert words in finding.told


async def test_missing_scopes_are_named():
    async with serving(Config(scopes=("chat:write", "commands"))) as world:
        findings = await found(settings(world.config))

    assert "channels:read" in findings["Slack scopes"].told
    assert "chat:write" not in findings["Slack scopes"].told
