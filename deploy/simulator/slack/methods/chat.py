"""chat.*: posting, changing, deleting, whispering."""

import math
from time import monotonic
from typing import Any

from deploy.simulator.slack import messages, metadata
from deploy.simulator.slack.messages import SlackError, TooFast
from deploy.simulator.slack.workspace import Channel
from deploy.simulator.state import World

Json = dict[str, Any]
UPDATE_TEXT = 4000


def channel_of(world: World, args: Json, *, joined: bool = True) -> Channel:
    """The channel that a call names; the bot must be in it, and see it if it is private."""
    channel = world.workspace.channel(str(args.get("channel", "")))
    if channel is None:
        raise SlackError("channel_not_found")
    inside = channel.direct or world.config.bot_user in channel.members
    if joined and not inside:
        raise SlackError("channel_not_found" if channel.private else "not_in_channel")
    if joined and channel.archived:
        raise SlackError("is_archived")
    return channel


def message_of(channel: Channel, args: Json) -> Json:
    """The message that a call names by its ts."""
    message = channel.messages.get(str(args.get("ts", "")))
    if message is None:
        raise SlackError("message_not_found")
    return message


def post_message(world: World, args: Json) -> Json:
    """chat.postMessage"""
    channel = channel_of(world, args)
    _in_turn(world, channel)
    what = messages.checked(args)
    made = messages.post(world, channel, messages.from_app(world), what)
    return {"channel": channel.id, "ts": made["ts"], "message": made} | metadata.warned(args)


def _in_turn(world: World, channel: Channel) -> None:
    """A few at once, then one a second in a channel, by the real clock: a jump of the world's makes no room."""
    rate, now = world.config.post_rate, monotonic()
    if not rate:
        return
    full = max(world.workspace.full.get(channel.id, 0.0), now)
    if (wait := full - now - (world.config.post_burst - 1) / rate) > 0:
        raise TooFast(math.ceil(wait))
    world.workspace.full[channel.id] = full + 1 / rate


def update(world: World, args: Json) -> Json:
    """chat.update: only the app's own messages."""
    channel = channel_of(world, args)
    message = message_of(channel, args)
    if message.get("bot_id") != world.config.bot_id:
        raise SlackError("cant_update_message")
    what = messages.checked(args)
    if len(what["text"]) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    if args.get("metadata") == {}:  # takes it away
        message.pop("metadata", None)
    messages.change(world, channel, message, what)
    told = {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}
    return told | metadata.warned(args)


def delete(world: World, args: Json) -> Json:
    """chat.delete: only the app's own messages."""
    channel = channel_of(world, args)
    message = message_of(channel, args)
    if message.get("bot_id") != world.config.bot_id:
        raise SlackError("cant_delete_message")
    messages.remove(world, channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(world: World, args: Json) -> Json:
    """chat.postEphemeral: to someone who is in the channel."""
    channel = channel_of(world, args)
    if args.get("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    made = messages.whisper(world, channel, args["user"], messages.checked(args))
    return {"message_ts": made["ts"]}


METHODS = {
    "chat.postMessage": post_message, "chat.update": update, "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
}  # fmt: skip
