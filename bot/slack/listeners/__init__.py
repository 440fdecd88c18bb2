"""What Slack asks of us: buttons, modals, commands. A listener reads, calls a use case, and acks after the commit."""

import re
from collections.abc import Awaitable, Callable, Mapping
from inspect import signature
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import words
from bot.slack.door.desk import Desk
from bot.slack.listeners import actions, reception, views
from bot.slack.listeners.actions import outdated
from bot.slack.listeners.commands import COMMANDS, unknown
from bot.slack.listeners.gate import Gate, failed
from bot.slack.listeners.kinds import Listener
from bot.slack.topics import same_named, together

ANY = re.compile(".*")
_TOPICS = same_named(__name__, words.TOPICS)
ACTIONS: Mapping[str, Listener] = together("ACTIONS", (actions, *_TOPICS))
VIEWS: Mapping[str, Listener] = together("VIEWS", (views, *_TOPICS))
EVENTS: Mapping[str, Listener] = together("EVENTS", _TOPICS)
SHORTCUTS: dict[str, Listener] = reception.SHORTCUTS

__all__ = ["ACTIONS", "COMMANDS", "EVENTS", "SHORTCUTS", "VIEWS", "build"]


def build(client: AsyncWebClient, signing_secret: str, desk: Desk) -> AsyncApp:
    """Return the Bolt app with every listener; what nobody listens to is acknowledged, last."""
    # Named, since Bolt would look through the files of the whole call stack for a name.
    app = AsyncApp(name="tsunagi", client=client, signing_secret=signing_secret)
    app.use(Gate(desk).enter)
    app.error(failed)
    # Bolt tries its listeners one by one, some 50 µs each. So there is one of each kind, which looks into a table.
    app.action(ANY)(_one_of(ACTIONS, outdated, lambda args: (args.action or {}).get("action_id")))
    app.view(ANY)(_one_of(VIEWS, _heard, lambda args: (args.view or {}).get("callback_id")))
    app.command(ANY)(_one_of(COMMANDS, unknown, lambda args: (args.command or {}).get("command")))
    app.event(ANY)(_one_of(EVENTS, _heard, lambda args: (args.event or {}).get("type")))
    app.shortcut(ANY)(_one_of(SHORTCUTS, _heard, lambda args: (args.shortcut or {}).get("callback_id")))
    app.view_closed(ANY)(_heard)
    app.options(ANY)(_no_options)
    return app


def _one_of(
    table: Mapping[str, Listener], otherwise: Listener, name_of: Callable[[AsyncArgs], str | None]
) -> Callable[[AsyncArgs], Awaitable[None]]:
    """Return a listener that finds the right one in the table and calls it with what its parameters name.

    What is not in the table goes to `otherwise`.
    """
    wanted = {listener: tuple(signature(listener).parameters) for listener in (*table.values(), otherwise)}

    async def listener(args: AsyncArgs) -> None:
        found = table.get(name_of(args) or "", otherwise)
        given = {name: getattr(args, name) if hasattr(args, name) else args.context[name] for name in wanted[found]}
        async with args.context["ack"].heard():
            await found(**given)

    return listener


async def _heard(ack: AsyncAck) -> None:
    await ack()


async def _no_options(ack: AsyncAck, body: dict[str, Any]) -> None:
    await ack(options=[])
