"""What Slack asks of us: buttons, modals, commands. A listener reads, calls a use case, and acks after the commit."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.desk import Desk
from bot.slack.listeners import (
    actions,
    briefing,
    dialogue,
    direction,
    follow_up,
    guests,
    hearing,
    home,
    nudges,
    publication,
    realisation,
    reception,
    staffing,
    views,
)
from bot.slack.listeners.actions import outdated
from bot.slack.listeners.commands import COMMANDS, unknown
from bot.slack.listeners.gate import Gate, failed
from bot.slack.listeners.kinds import Listener

ANY = re.compile(".*")
_TOPICS = (
    reception,
    staffing,
    briefing,
    hearing,
    direction,
    guests,
    realisation,
    dialogue,
    follow_up,
    publication,
    home,
    nudges,
)
ACTIONS: dict[str, Listener] = actions.ACTIONS | {
    name: listener for topic in _TOPICS for name, listener in topic.ACTIONS.items()
}
VIEWS: dict[str, Listener] = views.VIEWS | {
    name: listener for topic in _TOPICS for name, listener in topic.VIEWS.items()
}
EVENTS: dict[str, Listener] = home.EVENTS  # nothing said in a channel or thread is read
SHORTCUTS: dict[str, Listener] = reception.SHORTCUTS

__all__ = ["ACTIONS", "COMMANDS", "EVENTS", "SHORTCUTS", "VIEWS", "build"]


def build(client: AsyncWebClient, signing_secret: str, desk: Desk) -> AsyncApp:
    """Return the Bolt app with every listener; what nobody listens to is acknowledged, last."""
    app = AsyncApp(client=client, signing_secret=signing_secret)
    app.use(Gate(desk).enter)
    app.error(failed)
    for name, listener in ACTIONS.items():
        app.action(name)(listener)
    for name, listener in VIEWS.items():
        app.view(name)(listener)
    for name, listener in COMMANDS.items():
        app.command(name)(listener)
    for name, listener in EVENTS.items():
        app.event(name)(listener)
    for name, listener in SHORTCUTS.items():
        app.shortcut(name)(listener)
    app.action(ANY)(outdated)
    app.command(ANY)(unknown)
    for kind in (app.view, app.view_closed, app.shortcut, app.event):
        kind(ANY)(_heard)
    app.options(ANY)(_no_options)
    return app


async def _heard(ack: AsyncAck) -> None:
    await ack()


async def _no_options(ack: AsyncAck, body: dict[str, Any]) -> None:
    await ack(options=[])
