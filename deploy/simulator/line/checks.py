"""What LINE refuses in messages and rich menus, with its words for it.

Numbers: the Messaging API reference. Message text counts UTF-16 units; labels, template and rich menu
texts count the characters that people see.
"""

import re
from collections.abc import Iterator
from typing import Any

from deploy.simulator.line.flex import check_flex
from deploy.simulator.line.words import GRAPHEMES, UTF16, Flaw, choice, https, items, text

Json = dict[str, Any]
REPLIES = 13


def messages(value: Any, most: int = 5) -> list[Flaw]:
    """Every flaw in a request's `messages`; an empty list means LINE takes them."""
    found = list(items(value, "messages", 1, most))
    for i, message in enumerate(value if isinstance(value, list) and not found else []):
        found += _message(message, f"messages[{i}]")
    return found


def _message(message: Any, at: str) -> Iterator[Flaw]:
    if not isinstance(message, dict):
        yield at, "Must be an object"
        return
    kind = message.get("type")
    if kind not in MESSAGES:
        yield f"{at}.type", "Must be one of the following values: [" + ", ".join(MESSAGES) + "]"
        return
    yield from MESSAGES[kind](message, at)
    yield from _known(message, at, KEYS[kind] | {"type", "quickReply", "sender"})
    if "quickReply" in message:
        yield from _quick_reply(message["quickReply"], f"{at}.quickReply")
    if "sender" in message:
        sender = message["sender"] if isinstance(message["sender"], dict) else {}
        yield from text(sender, "name", f"{at}.sender", 20, GRAPHEMES, needed=False)
        yield from https(sender, "iconUrl", f"{at}.sender", needed=False)


def _known(value: Json, at: str, keys: set[str]) -> Iterator[Flaw]:
    yield from ((f"{at}.{key}", "Unknown property") for key in value if key not in keys)


def _quick_reply(reply: Any, at: str) -> Iterator[Flaw]:
    replies = reply.get("items") if isinstance(reply, dict) else None
    yield from items(replies, f"{at}.items", 1, REPLIES)
    for i, item in enumerate(replies if isinstance(replies, list) else []):
        here = f"{at}.items[{i}]"
        if not isinstance(item, dict) or item.get("type") != "action":
            yield f"{here}.type", "Must be one of the following values: [action]"
            continue
        yield from https(item, "imageUrl", here, needed=False)
        yield from action(item.get("action"), f"{here}.action", label=20)


def action(value: Any, at: str, label: int, labelled: bool = True) -> Iterator[Flaw]:
    """The flaws of an action whose label has at most `label` characters."""
    if not isinstance(value, dict):
        yield at, "May not be null" if value is None else "Must be an object"
        return
    yield from choice(value, "type", at, ACTIONS)
    yield from text(value, "label", at, label, GRAPHEMES, needed=labelled)
    for key, most, unit, needed in ACTIONS.get(value.get("type", ""), ()):
        yield from text(value, key, at, most, unit, needed=needed)
    known = ACTION_KEYS.get(str(value.get("type")), set()) | {row[0] for row in ACTIONS.get(str(value.get("type")), ())}
    yield from _known(value, at, known | {"type", "label"})
    if value.get("type") == "uri" and not re.match(r"(https?|line|tel):", str(value.get("uri", ""))):
        yield f"{at}.uri", "Invalid action URI scheme"
    if value.get("type") == "datetimepicker":
        yield from choice(value, "mode", at, ("date", "time", "datetime"))
    if value.get("type") == "postback" and "displayText" in value and "text" in value:
        yield at, "text and displayText can't be used together"


ACTIONS: dict[str, tuple[tuple[str, int, Any, bool], ...]] = {
    "postback": (("data", 300, UTF16, True), ("displayText", 300, GRAPHEMES, False),
                 ("text", 300, GRAPHEMES, False), ("fillInText", 300, GRAPHEMES, False)),
    "message": (("text", 300, GRAPHEMES, True),),
    "uri": (("uri", 1000, UTF16, True),),
    "datetimepicker": (("data", 300, UTF16, True),),
    "richmenuswitch": (("data", 300, UTF16, True), ("richMenuAliasId", 32, UTF16, True)),
    "clipboard": (("clipboardText", 1000, UTF16, True),),
    "camera": (), "cameraRoll": (), "location": (),
}  # fmt: skip


ACTION_KEYS = {
    "postback": {"inputOption"}, "uri": {"altUri"}, "datetimepicker": {"mode", "initial", "max", "min"},
}  # fmt: skip
TEMPLATE_KEYS = {
    "buttons": {"thumbnailImageUrl", "imageAspectRatio", "imageSize", "imageBackgroundColor", "title", "text",
                "defaultAction", "actions"},
    "confirm": {"text", "actions"}, "carousel": {"columns", "imageAspectRatio", "imageSize"},
    "image_carousel": {"columns"},
}  # fmt: skip


def _text(m: Json, at: str) -> Iterator[Flaw]:
    yield from text(m, "text", at, 5000, UTF16)
    if "emojis" in m:
        yield from items(m["emojis"], f"{at}.emojis", 0, 20)


def _sticker(m: Json, at: str) -> Iterator[Flaw]:
    yield from text(m, "packageId", at, 20, UTF16)
    yield from text(m, "stickerId", at, 20, UTF16)


def _picture(m: Json, at: str) -> Iterator[Flaw]:
    yield from https(m, "originalContentUrl", at)
    yield from https(m, "previewImageUrl", at)


def _audio(m: Json, at: str) -> Iterator[Flaw]:
    yield from https(m, "originalContentUrl", at)
    if not isinstance(m.get("duration"), int):
        yield f"{at}.duration", "May not be null"


def _location(m: Json, at: str) -> Iterator[Flaw]:
    yield from text(m, "title", at, 100, UTF16)
    yield from text(m, "address", at, 100, UTF16)
    for key in ("latitude", "longitude"):
        if not isinstance(m.get(key), int | float):
            yield f"{at}.{key}", "May not be null"


def _imagemap(m: Json, at: str) -> Iterator[Flaw]:
    yield from https(m, "baseUrl", at)
    yield from text(m, "altText", at, 1500, UTF16)
    yield from items(m.get("actions"), f"{at}.actions", 0, 50)


def _flex(m: Json, at: str) -> Iterator[Flaw]:
    yield from text(m, "altText", at, 1500, UTF16)
    yield from check_flex(m.get("contents"), f"{at}.contents", action)


def _template(m: Json, at: str) -> Iterator[Flaw]:
    yield from text(m, "altText", at, 1500, UTF16)
    template, here = m.get("template"), f"{at}.template"
    if not isinstance(template, dict):
        yield here, "May not be null"
        return
    yield from choice(template, "type", here, ("buttons", "confirm", "carousel", "image_carousel"))
    kind = template.get("type")
    yield from _known(template, here, TEMPLATE_KEYS.get(str(kind), set(template)) | {"type"})
    if kind == "buttons":
        yield from _column(template, here, 160, 4)
    elif kind == "confirm":
        yield from text(template, "text", here, 240, GRAPHEMES)
        yield from _actions(template.get("actions"), f"{here}.actions", 2, 2)
    elif kind in ("carousel", "image_carousel"):
        yield from _columns(template.get("columns"), f"{here}.columns", kind)


def _columns(columns: Any, at: str, kind: str) -> Iterator[Flaw]:
    yield from items(columns, at, 1, 10)
    columns = [c for c in columns if isinstance(c, dict)] if isinstance(columns, list) else []
    for i, column in enumerate(columns):
        if kind == "carousel":
            yield from _column(column, f"{at}[{i}]", 120, 3)
        else:
            yield from https(column, "imageUrl", f"{at}[{i}]")
            yield from action(column.get("action"), f"{at}[{i}].action", label=12, labelled=False)
    if len({len(column.get("actions") or ()) for column in columns}) > 1:
        yield at, "Columns must have the same number of actions"


def _column(column: Json, at: str, most: int, most_actions: int) -> Iterator[Flaw]:
    short = column.get("title") or column.get("thumbnailImageUrl")
    yield from text(column, "text", at, 60 if short else most, GRAPHEMES)
    yield from text(column, "title", at, 40, GRAPHEMES, needed=False)
    yield from https(column, "thumbnailImageUrl", at, needed=False)
    yield from _actions(column.get("actions"), f"{at}.actions", 1, most_actions)


def _actions(value: Any, at: str, least: int, most: int) -> Iterator[Flaw]:
    yield from items(value, at, least, most)
    for i, one in enumerate(value if isinstance(value, list) else []):
        yield from action(one, f"{at}[{i}]", label=20)


MESSAGES = {
    "text": _text, "textV2": _text, "sticker": _sticker, "image": _picture, "video": _picture,
    "audio": _audio, "location": _location, "imagemap": _imagemap, "template": _template, "flex": _flex,
}  # fmt: skip
KEYS = {
    "text": {"text", "emojis", "quoteToken"}, "textV2": {"text", "substitution", "quoteToken"},
    "sticker": {"packageId", "stickerId", "quoteToken"}, "image": {"originalContentUrl", "previewImageUrl"},
    "video": {"originalContentUrl", "previewImageUrl", "trackingId"}, "audio": {"originalContentUrl", "duration"},
    "location": {"title", "address", "latitude", "longitude"},
    "imagemap": {"baseUrl", "altText", "baseSize", "actions", "video"},
    "template": {"altText", "template"}, "flex": {"altText", "contents"},
}  # fmt: skip


def rich_menu(menu: Any) -> list[Flaw]:
    """Every flaw in a rich menu."""
    if not isinstance(menu, dict):
        return [("", "Must be an object")]
    found = [*text(menu, "name", "", 300, GRAPHEMES), *text(menu, "chatBarText", "", 14, GRAPHEMES),
             *items(menu.get("areas"), "areas", 0, 20)]  # fmt: skip
    size = menu.get("size") if isinstance(menu.get("size"), dict) else {}
    width, height = size.get("width"), size.get("height")
    if not (isinstance(width, int) and isinstance(height, int) and 800 <= width <= 2500 and height >= 250
            and width / height >= 1.45):  # fmt: skip
        found.append(("size", "Invalid size"))
    for i, area in enumerate(menu.get("areas") or []):
        found += action(area.get("action"), f"areas[{i}].action", label=20, labelled=False)
        b = area.get("bounds") or {}
        if b.get("x", 0) + b.get("width", 0) > (width or 0) or b.get("y", 0) + b.get("height", 0) > (height or 0):
            found.append((f"areas[{i}].bounds", "Must be inside of the menu"))
    return found


def complaint(found: list[Flaw]) -> Json:
    """LINE's error body for flaws."""
    return {
        "message": f"The request body has {len(found)} error(s)",
        "details": [{"message": message, "property": where.lstrip(".")} for where, message in found],
    }
