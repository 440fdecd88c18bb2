"""conversations.*: channels, who is in them, and what was said."""

from typing import Any

from deploy.simulator.slack import metadata
from deploy.simulator.slack.chat import channel_of
from deploy.simulator.slack.messages import SlackError
from deploy.simulator.slack.paging import page
from deploy.simulator.slack.workspace import Channel
from deploy.simulator.state import World

Json = dict[str, Any]


def _described(world: World, channel: Channel) -> Json:
    inside = world.config.bot_user in channel.members
    return {
        "id": channel.id, "name": channel.name, "is_channel": not channel.direct and not channel.private,
        "is_group": channel.private and not channel.direct, "is_im": channel.direct, "is_mpim": False,
        "is_private": channel.private, "is_archived": channel.archived, "is_general": False, "is_shared": False,
        "is_ext_shared": False, "is_org_shared": False, "is_pending_ext_shared": False, "is_member": inside,
        "created": 1_700_000_000, "creator": world.config.staff[0].id, "num_members": len(channel.members),
        "context_team_id": world.config.team, "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }  # fmt: skip


def info(world: World, args: Json) -> Json:
    """conversations.info"""
    return {"channel": _described(world, channel_of(world, args, joined=False))}


def listed(world: World, args: Json) -> Json:
    """conversations.list"""
    found = [_described(world, c) for c in world.workspace.channels.values() if not c.direct]
    return page(found, args, "channels")


def members(world: World, args: Json) -> Json:
    """conversations.members"""
    return page(channel_of(world, args, joined=False).members, args, "members")


def join(world: World, args: Json) -> Json:
    """conversations.join: a public channel."""
    channel = channel_of(world, args, joined=False)
    if channel.private:
        raise SlackError("method_not_supported_for_channel_type")
    already = world.config.bot_user in channel.members
    if not already:
        channel.members.append(world.config.bot_user)
        world.live.changed("slack", channel.id)
    warned = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": _described(world, channel)} | (warned if already else {})


def opened(world: World, args: Json) -> Json:
    """conversations.open: a direct message with one person."""
    user = str(args.get("users", "")).split(",")[0]
    if user not in world.workspace.users:
        raise SlackError("user_not_found")
    channel = world.workspace.channel(user)
    return {"channel": {"id": channel.id if channel else ""}}


def history(world: World, args: Json) -> Json:
    """conversations.history: the newest first, replies left out."""
    return _messages(list(reversed(channel_of(world, args).top_level())), args)


def replies(world: World, args: Json) -> Json:
    """conversations.replies: a thread, oldest first."""
    channel = channel_of(world, args)
    if args.get("ts") not in channel.messages:
        raise SlackError("thread_not_found")
    root = channel.messages[args["ts"]]
    return _messages(channel.thread(root.get("thread_ts", root["ts"])), args)


def _messages(found: list[Json], args: Json) -> Json:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    if args.get("inclusive"):
        kept = [m for m in found if oldest <= float(m["ts"]) <= latest]
    else:
        kept = [m for m in found if oldest < float(m["ts"]) < latest]
    if not args.get("include_all_metadata"):
        kept = [metadata.without_payload(m) for m in kept]
    part = page(kept, args, "messages")
    return {**part, "has_more": bool(part["response_metadata"]["next_cursor"]), "pin_count": 0}


METHODS = {
    "conversations.info": info, "conversations.list": listed, "conversations.members": members,
    "conversations.join": join, "conversations.open": opened, "conversations.history": history,
    "conversations.replies": replies,
}  # fmt: skip
