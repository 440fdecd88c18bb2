"""chat.scheduleMessage and what belongs to it: messages that Slack posts later, by the workspace's clock."""

import asyncio
import secrets
from typing import Any

from deploy.simulator.slack import messages, metadata
from deploy.simulator.slack.chat import channel_of
from deploy.simulator.slack.messages import SlackError
from deploy.simulator.slack.paging import page
from deploy.simulator.state import World

Json = dict[str, Any]
FURTHEST, WINDOW, MOST = 120 * 86_400, 300, 30  # seconds ahead; messages of a channel in five minutes
LOOK = 0.1  # seconds between looks at the clock, which may jump


def schedule(world: World, args: Json) -> Json:
    """chat.scheduleMessage: up to 120 days ahead, and not too many at once."""
    channel, post_at = channel_of(world, args), _time(args.get("post_at"))
    what = messages.checked(args)
    if post_at <= world.now():
        raise SlackError("time_in_past")
    if post_at > world.now() + FURTHEST:
        raise SlackError("time_too_far")
    near = [s for s in world.workspace.scheduled.values()
            if s["channel_id"] == channel.id and abs(s["post_at"] - post_at) < WINDOW]  # fmt: skip
    if len(near) >= MOST:
        raise SlackError("restricted_too_many")
    id = "Q" + secrets.token_hex(5).upper()
    world.workspace.scheduled[id] = {
        "id": id, "channel_id": channel.id, "post_at": post_at, "date_created": int(world.now()), "text": what["text"]
    }  # fmt: skip
    world.start(_post(world, id, what))
    shown = {**messages.from_app(world), "type": "delayed_message", **what}
    return {"channel": channel.id, "scheduled_message_id": id, "post_at": post_at, "message": shown} | (
        metadata.warned(args)
    )


def listed(world: World, args: Json) -> Json:
    """chat.scheduledMessages.list: those that haven't been posted, of one channel or all."""
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    if oldest >= latest:
        raise SlackError("invalid_time_range")
    channel = channel_of(world, args, joined=False).id if args.get("channel") else None
    found = [s for s in world.workspace.scheduled.values()
             if channel in (None, s["channel_id"]) and oldest <= s["post_at"] <= latest]  # fmt: skip
    return page(sorted(found, key=lambda s: s["post_at"]), args, "scheduled_messages")


def delete(world: World, args: Json) -> Json:
    """chat.deleteScheduledMessage: as long as it hasn't been posted."""
    channel, id = channel_of(world, args, joined=False), str(args.get("scheduled_message_id", ""))
    found = world.workspace.scheduled.get(id)
    if found is None or found["channel_id"] != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    del world.workspace.scheduled[id]
    return {}


def _time(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise SlackError("invalid_time") from None


async def _post(world: World, id: str, what: Json) -> None:
    """Post it when it is time; one with metadata never is, which is how Slack has it (a bug its reference names)."""
    while (found := world.workspace.scheduled.get(id)) and world.now() < found["post_at"]:  # noqa: ASYNC110
        await asyncio.sleep(LOOK)
    if found is None:
        return
    del world.workspace.scheduled[id]
    channel = world.workspace.channels.get(found["channel_id"])
    if channel is not None and "metadata" not in what:
        messages.post(world, channel, messages.from_app(world), what)


METHODS = {
    "chat.scheduleMessage": schedule, "chat.scheduledMessages.list": listed, "chat.deleteScheduledMessage": delete
}  # fmt: skip
