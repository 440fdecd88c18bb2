"""reactions.*: small pictures under a message."""

import re
from typing import Any

from deploy.simulator.slack.chat import channel_of, message_of
from deploy.simulator.slack.messages import SlackError
from deploy.simulator.state import World

Json = dict[str, Any]
NAME = re.compile(r"[a-z0-9_+'-]+")


def add(world: World, args: Json) -> Json:
    """reactions.add: each person once."""
    message, name = _named(world, args)
    there = message.setdefault("reactions", [])
    found = next((r for r in there if r["name"] == name), None)
    if found and world.config.bot_user in found["users"]:
        raise SlackError("already_reacted")
    if found is None:
        found = {"name": name, "users": [], "count": 0}
        there.append(found)
    found["users"].append(world.config.bot_user)
    return _counted(world, message, args)


def remove(world: World, args: Json) -> Json:
    """reactions.remove: the app's own."""
    message, name = _named(world, args)
    found = next((r for r in message.get("reactions", []) if r["name"] == name), None)
    if found is None or world.config.bot_user not in found["users"]:
        raise SlackError("no_reaction")
    found["users"].remove(world.config.bot_user)
    return _counted(world, message, args)


def get(world: World, args: Json) -> Json:
    """reactions.get: a message with what is under it."""
    channel = channel_of(world, args)
    message = message_of(channel, {"ts": args.get("timestamp")})
    return {"type": "message", "channel": channel.id, "message": message}


def _named(world: World, args: Json) -> tuple[Json, str]:
    name = str(args.get("name", "")).strip(":")
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return message_of(channel_of(world, args), {"ts": args.get("timestamp")}), name


def _counted(world: World, message: Json, args: Json) -> Json:
    for reaction in message["reactions"]:
        reaction["count"] = len(reaction["users"])
    message["reactions"] = [r for r in message["reactions"] if r["count"]]
    if not message["reactions"]:
        del message["reactions"]
    world.live.changed("slack", str(args.get("channel")))
    return {}


METHODS = {"reactions.add": add, "reactions.remove": remove, "reactions.get": get}
