"""The manifest names exactly what has a listener."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot.slack import words
from bot.slack.drawing.nudges import RESTS
from bot.slack.listeners import ACTIONS, COMMANDS, EVENTS, SHORTCUTS

ROOT = Path(__file__).parents[3]


@pytest.fixture
def manifest() -> Any:
    return json.loads((ROOT / "deploy" / "slack-manifest.json").read_text())


def test_slack_takes_it(manifest: Any, conformance: ModuleType) -> None:
    assert conformance.slack_manifest(manifest) == []


def test_commands_and_events_are_those_with_listeners(manifest: Any) -> None:
    assert {command["command"] for command in manifest["features"]["slash_commands"]} == set(COMMANDS)
    events = manifest["settings"].get("event_subscriptions", {}).get("bot_events", [])
    assert {event.partition(".")[0] for event in events} == set(EVENTS)
    assert set(words.commands.USAGE) == set(COMMANDS)


def test_the_entries_of_a_message_s_menu_are_those_with_listeners(manifest: Any) -> None:
    shortcuts = manifest["features"].get("shortcuts", [])
    assert {(one["callback_id"], one["type"]) for one in shortcuts} == {(name, "message") for name in SHORTCUTS}


def test_everything_comes_in_by_one_door(manifest: Any) -> None:
    urls = {command["url"] for command in manifest["features"]["slash_commands"]}
    urls.add(manifest["settings"]["interactivity"]["request_url"])
    urls.add(manifest["settings"]["event_subscriptions"]["request_url"])

    assert urls == {"https://example.invalid/slack/events"}


def test_nothing_is_asked_for_that_is_not_used(manifest: Any) -> None:
    source = "".join(path.read_text() for path in (ROOT / "bot" / "slack").rglob("*.py"))
    used = {
        "chat:write": "chat.postMessage", "commands": "app.command", "channels:history": "conversations.history",
        "groups:history": "conversations.history", "channels:read": "conversations_members",
        "groups:read": "conversations_members", "metadata.message:read": "include_all_metadata",
        "files:write": "files_upload_v2", "files:read": "files.info",
        "users:read": "users_info",
    }  # fmt: skip
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(used)
    assert all(call in source for call in used.values())


def test_every_button_has_words_and_a_listener() -> None:
    assert set(words.BUTTON) | set(RESTS) == set(ACTIONS)  # RESTS say which part of a long message they open
