"""LINE's webhooks: events with every field of a real one, signed, in order per citizen, redelivered."""

import asyncio
import base64
import hashlib
import hmac
import json
from typing import Any

from deploy.simulator.line.ids import message_id, token, ulid
from deploy.simulator.line.phones import Phone, ReplyToken, show
from deploy.simulator.state import World

Json = dict[str, Any]


def signature(secret: str, body: bytes) -> str:
    """X-Line-Signature: base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def event(world: World, phone: Phone, kind: str, at: float, *, replied: bool = True, **more: Any) -> Json:
    """An event of a citizen; `replied` gives it a reply token, good for a minute and for one use."""
    made: Json = {
        "type": kind, "mode": "active", "timestamp": int(at * 1000),
        "source": {"type": "user", "userId": phone.id},
        "webhookEventId": ulid(int(world.now() * 1000)), "deliveryContext": {"isRedelivery": False}, **more,
    }  # fmt: skip
    if replied:
        made["replyToken"] = token()
        world.phones.reply_tokens[made["replyToken"]] = ReplyToken(phone.id, world.now())
    return made


def message_event(world: World, phone: Phone, content: Json, at: float) -> Json:
    """A message event for a content, with the tokens that its type carries."""
    content = {"id": message_id(), **content, "markAsReadToken": token(64)}
    if content["type"] in ("text", "image", "video", "sticker"):
        content["quoteToken"] = token(48)
    return event(world, phone, "message", at, message=content)


async def deliver(world: World, phone: Phone, sent: Json) -> int:
    """Send an event and give the hub's status (0: not reached, -1: too late); repeats go on by themselves."""
    async with phone.in_order:
        status = await send(world, [sent])
    if world.faults.duplicates("line"):
        await send(world, [_again(sent)])
    if status != 200:
        world.start(_redeliver(world, phone, sent))
    else:
        _read(world, phone)
    return status


async def send(world: World, events: list[Json], **over: Any) -> int:
    """Send one signed webhook request; `over` may change body, secret or signature, to try what is refused."""
    body = over.get("body")
    if body is None:
        body = json.dumps({"destination": world.config.line_bot, "events": events}, ensure_ascii=False)
    raw = body.encode() if isinstance(body, str) else body
    signed = over.get("signature", signature(over.get("secret", world.config.line_secret), raw))
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "LineBotWebhook/2.0"}
    if signed is not None:
        headers["X-Line-Signature"] = signed
    answer = await world.hub.post(
        world.phones.webhook, raw, headers, within=world.config.line_timeout, platform="line", judged=not over
    )
    return answer.status


def _again(sent: Json) -> Json:
    return {**sent, "deliveryContext": {"isRedelivery": True}}


async def _redeliver(world: World, phone: Phone, sent: Json) -> None:
    for pause in world.config.redeliveries:
        await asyncio.sleep(pause)
        if old := world.phones.reply_tokens.get(sent.get("replyToken", "")):
            old.at = world.now()  # the minute counts from the redelivery
        if await send(world, [_again(sent)]) == 200:
            _read(world, phone)
            return


def _read(world: World, phone: Phone) -> None:
    for bubble in phone.bubbles:
        bubble.read = bubble.read or bubble.mine
    world.live.changed("line", phone.id)


async def say(world: World, phone: Phone, content: Json, at: float | None = None) -> tuple[str, int]:
    """The citizen sends a message (LINE's content without its ids); gives its id and the hub's status."""
    at = world.now() if at is None else at
    sent = message_event(world, phone, content, at)
    id = sent["message"]["id"]
    visible = {k: v for k, v in content.items() if k != "contentProvider"}
    show(phone, visible, mine=True, at=at, id=id)
    world.live.changed("line", phone.id)
    return id, await deliver(world, phone, sent)


async def follow(world: World, phone: Phone) -> int:
    """The citizen adds the centre as a friend, or unblocks it."""
    again, phone.blocked, phone.friend = phone.blocked, False, True
    world.live.changed("line", phone.id)
    return await deliver(world, phone, event(world, phone, "follow", world.now(), follow={"isUnblocked": again}))


async def unfollow(world: World, phone: Phone) -> int:
    """The citizen blocks the centre."""
    phone.blocked, phone.friend = True, False
    world.live.changed("line", phone.id)
    return await deliver(world, phone, event(world, phone, "unfollow", world.now(), replied=False))


async def unsend(world: World, phone: Phone, id: str) -> int:
    """The citizen takes a message back."""
    for bubble in phone.bubbles:
        bubble.unsent = bubble.unsent or bubble.id == id
    world.phones.contents.pop(id, None)
    world.live.changed("line", phone.id)
    sent = event(world, phone, "unsend", world.now(), replied=False, unsend={"messageId": id})
    return await deliver(world, phone, sent)


async def tap(world: World, phone: Phone, action: Json, params: Json | None = None, at: float | None = None) -> int:
    """The citizen taps a button: what LINE does with its action. Links and the like reach nobody (0)."""
    at = world.now() if at is None else at
    if action["type"] == "message":
        return (await say(world, phone, {"type": "text", "text": action["text"]}, at))[1]
    if action["type"] not in ("postback", "datetimepicker", "richmenuswitch"):
        return 0
    if words := action.get("displayText"):
        show(phone, {"type": "text", "text": words}, mine=True, at=at)
    elif words := action.get("text"):
        await say(world, phone, {"type": "text", "text": words}, at)
    elif phone.bubbles:
        phone.bubbles[-1].message.pop("quickReply", None)  # a tap puts the quick replies away
    world.live.changed("line", phone.id)
    postback = {"data": action["data"]} | ({"params": params} if params else {})
    return await deliver(world, phone, event(world, phone, "postback", at, postback=postback))
