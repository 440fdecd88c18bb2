"""What a citizen can do with the phone, as the control interface and the page ask for it."""

import base64
from collections.abc import Awaitable, Callable
from typing import Any

from deploy.simulator.errors import NotOnScreen
from deploy.simulator.line import webhooks
from deploy.simulator.line.ids import message_id
from deploy.simulator.line.phones import Phone, buttons
from deploy.simulator.state import World

Json = dict[str, Any]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SAMPLES = {"image": (PIXEL, "image/png"), "video": (b"\0\0\0\x18ftypmp42", "video/mp4"),
           "audio": (b"\0\0\0\x18ftypM4A ", "audio/x-m4a")}  # fmt: skip


async def follow(world: World, phone: Phone, given: Json) -> Json:
    """Add the centre as a friend, or unblock it."""
    return {"status": await webhooks.follow(world, phone)}


async def block(world: World, phone: Phone, given: Json) -> Json:
    """Block the centre."""
    return {"status": await webhooks.unfollow(world, phone)}


async def say(world: World, phone: Phone, given: Json) -> Json:
    """Send `text`, written `at` (seconds since 1970; default now); `quotes` is the id of a message it answers."""
    if not str(given["text"]).strip():
        raise ValueError("LINE sends no empty message")
    quoted = {"quotedMessageId": given["quotes"]} if "quotes" in given else {}
    return await _sent(world, phone, {"type": "text", "text": given["text"], **quoted}, given)


async def sticker(world: World, phone: Phone, given: Json) -> Json:
    """Send a sticker; with `text`, a message sticker that shows these words."""
    content = {"type": "sticker", "packageId": given.get("package", "446"), "stickerId": given.get("sticker", "1988"),
               "stickerResourceType": "STATIC", "keywords": given.get("keywords", ["thanks"])}  # fmt: skip
    if "text" in given:
        content |= {"stickerResourceType": "MESSAGE", "text": given["text"]}
    return await _sent(world, phone, content, given)


async def location(world: World, phone: Phone, given: Json) -> Json:
    """Send a place."""
    place = {"title": "横浜市役所", "address": "神奈川県横浜市中区本町6丁目50-10", "latitude": 35.4503,
             "longitude": 139.6343}  # fmt: skip
    place.update({k: given[k] for k in place if k in given})
    return await _sent(world, phone, {"type": "location", **place}, given)


def _media(kind: str) -> Callable[[World, Phone, Json], Awaitable[Json]]:
    async def send(world: World, phone: Phone, given: Json) -> Json:
        data, mime = SAMPLES[kind]
        data = base64.b64decode(given["data"]) if "data" in given else bytes(int(given.get("size", 0))) or data
        mime = given.get("mime", mime)
        content: Json = {"type": kind, "contentProvider": {"type": "line"}}
        if kind != "image":
            content["duration"] = 1000
        if "set" in given:
            content["imageSet"] = given["set"]
        return await _kept(world, phone, content, (data, mime, ""), given)

    send.__doc__ = f"Send {kind}: base64 in `data`, `size` empty bytes, or a sample."
    return send


async def photos(world: World, phone: Phone, given: Json) -> Json:
    """Send several photos in one action: base64 in `data`. They arrive in `order` (places from 1; default all)."""
    name, of = message_id(), len(given["data"])
    ids, statuses = [], []
    for place in given.get("order") or range(1, of + 1):
        of_set = {"id": name, "index": place, "total": of}
        sent = await ACTS["photo"](world, phone, {**given, "data": given["data"][place - 1], "set": of_set})
        ids.append(sent["id"])
        statuses.append(sent["status"])
    return {"ids": ids, "statuses": statuses}


async def file(world: World, phone: Phone, given: Json) -> Json:
    """Send a file: `name` and base64 in `data`."""
    data, name = base64.b64decode(given.get("data", "UERG")), given.get("name", "企画書.pdf")
    content = {"type": "file", "fileName": name, "fileSize": len(data)}
    return await _kept(world, phone, content, (data, given.get("mime", "application/octet-stream"), name), given)


async def _kept(world: World, phone: Phone, content: Json, data: tuple[bytes, str, str], given: Json) -> Json:
    """Send something with bytes, which are there before the hub can ask for them."""
    content["id"] = message_id()
    world.phones.contents[content["id"]] = data
    return await _sent(world, phone, content, given)


async def _sent(world: World, phone: Phone, content: Json, given: Json) -> Json:
    id, status = await webhooks.say(world, phone, content, given.get("at"))
    return {"id": id, "status": status}


async def tap(world: World, phone: Phone, given: Json) -> Json:
    """Tap what is on the screen: by `label` (exactly), or by LINE's `action` when labels repeat."""
    found = list(buttons(phone, world.phones.menu))
    label, wanted = given.get("label"), given.get("action")
    button = next((b for b in found if b.action == wanted or (wanted is None and b.label == label)), None)
    if button is None:
        raise NotOnScreen(f"「{label}」 is not on {phone.name}'s screen; there are {[b.label for b in found]}")
    status = await webhooks.tap(world, phone, button.action, given.get("params"), given.get("at"))
    return {"status": status, "uri": button.action.get("uri")}


async def unsend(world: World, phone: Phone, given: Json) -> Json:
    """Take back a message: by `id`, or the newest with `text`."""
    mine = [b for b in phone.bubbles if b.mine and not b.unsent]
    text = given.get("text")
    found = [b for b in mine if b.id == given.get("id") or (text and text in b.message.get("text", ""))]
    if not found:
        raise NotOnScreen(f"{phone.name} has no such message to take back")
    return {"status": await webhooks.unsend(world, phone, found[-1].id)}


ACTS: dict[str, Callable[[World, Phone, Json], Awaitable[Json]]] = {
    "follow": follow, "block": block, "say": say, "sticker": sticker, "location": location, "file": file,
    "photo": _media("image"), "photos": photos, "video": _media("video"), "audio": _media("audio"), "tap": tap,
    "unsend": unsend,
}  # fmt: skip
