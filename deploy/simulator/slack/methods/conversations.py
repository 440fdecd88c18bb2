"""conversations.*: channels, who is in them, and what was said."""

from typing import Any

from deploy.simulator.slack import metadata
from deploy.simulator.slack.messages import SlackError
from deploy.simulator.slack.methods.chat import channel_of
from deploy.simulator.slack.methods.paging import page
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


def members(world: World, args: Json) -> Json:
    """conversations.members"""
    return page(channel_of(world, args, joined=False).members, args, "members")


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
    "conversations.info": info, "conversations.members": members, "conversations.history": history,
    "conversations.replies": replies,
}  # fmt: skip
