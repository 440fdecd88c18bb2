"""What Slack sends about a person's click, form or command, in full."""

from typing import Any

from deploy.simulator.slack.screen import state
from deploy.simulator.slack.workspace import Channel, ResponseUrl
from deploy.simulator.state import World

Json = dict[str, Any]
MESSAGE_KEYS = ("type", "subtype", "team", "user", "text", "blocks", "attachments", "ts", "thread_ts", "app_id",
                "bot_id", "bot_profile", "parent_user_id", "client_msg_id", "edited", "reply_count", "latest_reply",
                "metadata")  # fmt: skip


def common(world: World, user: str, kind: str) -> Json:
    """What every interaction says: who, where, which app."""
    who = world.workspace.users[user]
    return {
        "type": kind, "team": {"id": world.config.team, "domain": world.config.team_name},
        "user": {"id": user, "username": who["name"], "name": who["name"], "team_id": world.config.team},
        "api_app_id": world.config.app_id, "token": "verification", "enterprise": None,
        "is_enterprise_install": False,
    }  # fmt: skip


def pressed(world: World, user: str, channel: Channel, message: Json, action: Json, typed: Json) -> Json:
    """block_actions from a message."""
    hidden = "for" in message
    url = world.workspace.response_url(
        world.config.url, "actions", ResponseUrl(user, channel.id, world.now(), message["ts"], hidden)
    )
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": hidden}
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    return {
        **common(world, user, "block_actions"), "container": container,
        "trigger_id": world.workspace.trigger(user, world.now()),
        "channel": {"id": channel.id, "name": channel.name},
        "message": {k: message[k] for k in MESSAGE_KEYS if k in message},
        "state": state(message.get("blocks", []), typed), "response_url": url, "actions": [action],
    }  # fmt: skip


def pressed_in_view(world: World, user: str, view: Json, action: Json) -> Json:
    """block_actions from a modal or home."""
    return {
        **common(world, user, "block_actions"), "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": world.workspace.trigger(user, world.now(), view["id"]), "view": sent_view(view),
        "actions": [action],
    }  # fmt: skip


def submitted(world: World, user: str, view: Json) -> Json:
    """view_submission."""
    return {
        **common(world, user, "view_submission"),
        "trigger_id": world.workspace.trigger(user, world.now(), view["id"]), "view": sent_view(view),
        "response_urls": [],
    }  # fmt: skip


def closed(world: World, user: str, view: Json, cleared: bool) -> Json:
    """view_closed."""
    return {**common(world, user, "view_closed"), "view": sent_view(view), "is_cleared": cleared}


def sent_view(view: Json) -> Json:
    """A view as it travels: with its inputs' state, without what only the screen knows."""
    given = view.get("state", {}).get("values", {})
    return {**{k: v for k, v in view.items() if k != "errors"}, "state": state(view["blocks"], given)}


def shortcut(world: World, user: str, channel: Channel, message: Json, callback_id: str) -> Json:
    """message_action: somebody chose the app's entry in a message's menu."""
    url = world.workspace.response_url(world.config.url, "app", ResponseUrl(user, channel.id, world.now()))
    return {
        **common(world, user, "message_action"), "callback_id": callback_id,
        "trigger_id": world.workspace.trigger(user, world.now()), "action_ts": world.workspace.ts(),
        "message_ts": message["ts"], "message": {k: message[k] for k in MESSAGE_KEYS if k in message},
        "channel": {"id": channel.id, "name": channel.name}, "response_url": url,
    }  # fmt: skip


def command(world: World, user: str, channel: Channel, name: str, text: str) -> Json:
    """A slash command's form."""
    url = world.workspace.response_url(world.config.url, "commands", ResponseUrl(user, channel.id, world.now()))
    return {
        "token": "verification", "team_id": world.config.team, "team_domain": world.config.team_name,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.direct else channel.name, "user_id": user,
        "user_name": world.workspace.users[user]["name"], "command": name, "text": text,
        "api_app_id": world.config.app_id, "is_enterprise_install": "false", "response_url": url,
        "trigger_id": world.workspace.trigger(user, world.now()),
    }  # fmt: skip
