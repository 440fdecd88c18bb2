"""Posting, changing and removing messages, with the events that follow each."""

import secrets
from typing import Any

from deploy.simulator.slack import checks, metadata, signing
from deploy.simulator.slack.screen import kept
from deploy.simulator.slack.workspace import Channel
from deploy.simulator.state import World

Json = dict[str, Any]
PLACED = ("text", "blocks", "attachments", "metadata", "thread_ts", "files")


class SlackError(Exception):
    """Slack says ok: false: the error's name, and what it explains."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: str) -> None:
        super().__init__(error)
        self.error, self.messages, self.more = error, messages or [], more


class TooFast(SlackError):
    """Slack says 429: come back in so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


def checked(args: Json) -> Json:
    """What a message may hold, checked: text, blocks, attachments, metadata."""
    blocks, attachments, text = args.get("blocks"), args.get("attachments"), args.get("text")
    if blocks:
        if found := checks.blocks(blocks):
            raise SlackError("invalid_blocks", found)
        if checks.words(blocks) > checks.BLOCKS_TEXT:
            raise SlackError("msg_blocks_too_long")
    if attachments is not None and not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    if len(text or "") > checks.TEXT:
        raise SlackError("msg_too_long")
    about = args.get("metadata")
    if about is not None and about != {} and not metadata.is_formed(about):
        raise SlackError("invalid_metadata_format")
    made = {key: args[key] for key in PLACED if args.get(key)}
    if metadata.is_ignored(about):
        del made["metadata"]
    return {"text": "", **made} | ({"blocks": kept(blocks)} if blocks else {})


def escape(words: str) -> str:
    """What a person typed, as text of a message: it makes no links and mentions."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def from_app(world: World) -> Json:
    """Who posted: the app's bot."""
    c = world.config
    return {
        "type": "message", "user": c.bot_user, "bot_id": c.bot_id, "app_id": c.app_id, "team": c.team,
        "bot_profile": {"id": c.bot_id, "deleted": False, "name": c.bot_name, "updated": 1_700_000_000,
                        "app_id": c.app_id, "icons": {}, "team_id": c.team},
    }  # fmt: skip


def from_member(world: World, user: str) -> Json:
    """Who posted: a person."""
    return {"type": "message", "user": user, "team": world.config.team, "client_msg_id": secrets.token_hex(16)}


def post(world: World, channel: Channel, who: Json, what: Json) -> Json:
    """Put a message into a channel or thread; the hub hears of it in an event."""
    message = {**who, "ts": world.workspace.ts(), **what}
    if parent := channel.messages.get(message.get("thread_ts", "")):
        message["thread_ts"] = parent.get("thread_ts", parent["ts"])
        message["parent_user_id"] = parent["user"]
        replies = [m for m in channel.thread(parent["ts"]) if m["ts"] != parent["ts"]]
        parent.update(thread_ts=parent["ts"], reply_count=len(replies) + 1, latest_reply=message["ts"])
    elif "thread_ts" in message:
        raise SlackError("thread_not_found")
    channel.messages[message["ts"]] = message
    _tell(world, channel, {**message})
    return message


def change(world: World, channel: Channel, message: Json, what: Json) -> None:
    """Replace a message's text and blocks; its metadata stays unless there is new."""
    before = {**message}
    for key in ("text", "blocks", "attachments"):
        message.pop(key, None)
    edited = {"user": message["user"], "ts": world.workspace.ts()}
    message.update({k: v for k, v in what.items() if k != "thread_ts"}, edited=edited)
    _tell(world, channel, {"type": "message", "subtype": "message_changed", "hidden": True, "message": {**message},
                           "previous_message": before, "ts": world.workspace.ts()})  # fmt: skip


def remove(world: World, channel: Channel, message: Json) -> None:
    """Delete a message."""
    del channel.messages[message["ts"]]
    _tell(world, channel, {"type": "message", "subtype": "message_deleted", "hidden": True,
                           "deleted_ts": message["ts"], "previous_message": {**message},
                           "ts": world.workspace.ts()})  # fmt: skip


def whisper(world: World, channel: Channel, user: str, what: Json) -> Json:
    """Show an ephemeral message to one person."""
    message = {**from_app(world), "ts": world.workspace.ts(), **what, "for": user}
    channel.ephemerals.append(message)
    world.live.changed("slack", channel.id)
    return message


def _tell(world: World, channel: Channel, event: Json) -> None:
    world.live.changed("slack", channel.id)
    if world.config.bot_user not in channel.members and not channel.direct:
        return
    kind = "im" if channel.direct else "group" if channel.private else "channel"
    sent = {**event, "channel": channel.id, "event_ts": event["ts"], "channel_type": kind}
    sent = {k: v for k, v in sent.items() if k not in ("app_id", "metadata", "reply_count", "latest_reply")}
    if sent.get("subtype") == "file_share":  # Slack tells of its user only
        sent = {k: v for k, v in sent.items() if k not in ("bot_id", "bot_profile", "team")}
    for key in ("message", "previous_message"):
        if key in sent:
            sent[key] = {k: v for k, v in sent[key].items() if k not in ("app_id", "metadata", "files")}
    world.start(signing.event(world, sent))
