"""What LINE refuses in messages and rich menus, with its words for it.

Numbers: the Messaging API reference. Message text counts UTF-16 units; labels, template and rich menu
texts count the characters that people see.
"""

import re
from collections.abc import Iterator
from typing import Any

from deploy.simulator.line.flex import check_flex
from deploy.simulator.line.shapes import misshapen
from deploy.simulator.line.words import GRAPHEMES, UTF16, Flaw, https, items, text

Json = dict[str, Any]
REPLIES = 13
CONTENTS = re.compile(r"messages\[\d+]\.contents")


def sending(body: Json) -> Iterator[Flaw]:
    """The flaws of what stands beside a request's messages."""
    if not isinstance(body.get("notificationDisabled", False), bool):
        yield "notificationDisabled", "Must be a boolean"
    units = body.get("customAggregationUnits", [])
    yield from items(units, "customAggregationUnits", 0, 1)
    for i, unit in enumerate(units if isinstance(units, list) else []):
        if not isinstance(unit, str) or not re.fullmatch(r"[a-zA-Z0-9_]{1,30}", unit):
            yield f"customAggregationUnits[{i}]", "Must match the pattern: ^[a-zA-Z0-9_]{1,30}$"


def messages(value: Any, most: int = 5) -> list[Flaw]:
    """Every flaw in a request's `messages`; an empty list means LINE takes them."""
    found = list(items(value, "messages", 1, most))
    for i, message in enumerate(value if isinstance(value, list) and not found else []):
        found += _message(message, f"messages[{i}]")
    return found


def _message(message: Any, at: str) -> Iterator[Flaw]:
    """What is wrong with its shape; when nothing is, what is too long or too many."""
    yield from list(misshapen(message, "message", at)) or _limits(message, at)


def _limits(message: Json, at: str) -> Iterator[Flaw]:
    yield from MESSAGES[message["type"]](message, at)
    if "quickReply" in message:
        yield from _quick_reply(message["quickReply"], f"{at}.quickReply")
    if "sender" in message:
        yield from text(message["sender"], "name", f"{at}.sender", 20, GRAPHEMES, needed=False)
        yield from https(message["sender"], "iconUrl", f"{at}.sender", needed=False)


def _quick_reply(reply: Json, at: str) -> Iterator[Flaw]:
    yield from items(reply["items"], f"{at}.items", 1, REPLIES)
    for i, item in enumerate(reply["items"]):
        here = f"{at}.items[{i}]"
        yield from https(item, "imageUrl", here, needed=False)
        yield from action(item["action"], f"{here}.action", label=20)


def action(value: Json, at: str, label: int, labelled: bool = True) -> Iterator[Flaw]:
    """The flaws of a well-formed action whose label has at most `label` characters."""
    yield from text(value, "label", at, label, GRAPHEMES, needed=labelled)
    for key, most, unit, needed in ACTIONS.get(value["type"], ()):
        yield from text(value, key, at, most, unit, needed=needed)
    if value["type"] == "uri" and not re.match(r"(https?|line|tel):", value["uri"]):
        yield f"{at}.uri", "Invalid action URI scheme"
    if value["type"] == "postback" and "displayText" in value and "text" in value:
        yield at, "text and displayText can't be used together"


ACTIONS: dict[str, tuple[tuple[str, int, Any, bool], ...]] = {
    "postback": (("data", 300, UTF16, True), ("displayText", 300, GRAPHEMES, False),
                 ("text", 300, GRAPHEMES, False), ("fillInText", 300, GRAPHEMES, False)),
    "message": (("text", 300, GRAPHEMES, True),),
    "uri": (("uri", 1000, UTF16, True),),
    "datetimepicker": (("data", 300, UTF16, True),),
    "richmenuswitch": (("data", 300, UTF16, True), ("richMenuAliasId", 32, UTF16, True)),
    "clipboard": (("clipboardText", 1000, UTF16, True),),
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


def _video(m: Json, at: str) -> Iterator[Flaw]:
    yield from _picture(m, at)
    yield from text(m, "trackingId", at, 100, UTF16, needed=False)


def _audio(m: Json, at: str) -> Iterator[Flaw]:
    yield from https(m, "originalContentUrl", at)


def _location(m: Json, at: str) -> Iterator[Flaw]:
    yield from text(m, "title", at, 100, UTF16)
    yield from text(m, "address", at, 100, UTF16)


def _imagemap(m: Json, at: str) -> Iterator[Flaw]:
    yield from https(m, "baseUrl", at)
    yield from text(m, "altText", at, 1500, UTF16)
    yield from items(m["actions"], f"{at}.actions", 0, 50)
    for i, touch in enumerate(m["actions"]):
        for key, most in (("text", 400), ("linkUri", 1000), ("clipboardText", 1000)):
            yield from text(touch, key, f"{at}.actions[{i}]", most, UTF16, needed=key in touch)


def _flex(m: Json, at: str) -> Iterator[Flaw]:
    yield from text(m, "altText", at, 1500, UTF16)
    yield from check_flex(m["contents"], f"{at}.contents", action)


def _template(m: Json, at: str) -> Iterator[Flaw]:
    yield from text(m, "altText", at, 1500, UTF16)
    template, here = m["template"], f"{at}.template"
    kind = template["type"]
    if kind == "buttons":
        yield from _column(template, here, 160, 4)
    elif kind == "confirm":
        yield from text(template, "text", here, 240, GRAPHEMES)
        yield from _actions(template["actions"], f"{here}.actions", 2, 2)
    else:
        yield from _columns(template["columns"], f"{here}.columns", kind)


def _columns(columns: list[Json], at: str, kind: str) -> Iterator[Flaw]:
    yield from items(columns, at, 1, 10)
    for i, column in enumerate(columns):
        if kind == "carousel":
            yield from _column(column, f"{at}[{i}]", 120, 3)
        else:
            yield from https(column, "imageUrl", f"{at}[{i}]")
            yield from action(column["action"], f"{at}[{i}].action", label=12, labelled=False)
    if len({len(column.get("actions") or ()) for column in columns}) > 1:
        yield at, "Columns must have the same number of actions"


def _column(column: Json, at: str, most: int, most_actions: int) -> Iterator[Flaw]:
    short = column.get("title") or column.get("thumbnailImageUrl")
    yield from text(column, "text", at, 60 if short else most, GRAPHEMES)
    yield from text(column, "title", at, 40, GRAPHEMES, needed=False)
    yield from https(column, "thumbnailImageUrl", at, needed=False)
    if "defaultAction" in column:
        yield from action(column["defaultAction"], f"{at}.defaultAction", label=20, labelled=False)
    yield from _actions(column["actions"], f"{at}.actions", 1, most_actions)


def _actions(value: list[Json], at: str, least: int, most: int) -> Iterator[Flaw]:
    yield from items(value, at, least, most)
    for i, one in enumerate(value):
        yield from action(one, f"{at}[{i}]", label=20)


MESSAGES = {
    "text": _text, "textV2": _text, "sticker": _sticker, "image": _picture, "video": _video,
    "audio": _audio, "location": _location, "imagemap": _imagemap, "template": _template, "flex": _flex,
    "coupon": lambda message, at: iter(()),
}  # fmt: skip


def rich_menu(menu: Any) -> list[Flaw]:
    """Every flaw in a rich menu."""
    if found := list(misshapen(menu, "rich_menu", "")):
        return found
    found = [*text(menu, "name", "", 300, GRAPHEMES), *text(menu, "chatBarText", "", 14, GRAPHEMES),
             *items(menu["areas"], "areas", 0, 20)]  # fmt: skip
    width, height = menu["size"]["width"], menu["size"]["height"]
    if not (800 <= width <= 2500 and height >= 250 and width / height >= 1.45):
        found.append(("size", "Invalid size"))
    for i, area in enumerate(menu["areas"]):
        found += action(area["action"], f"areas[{i}].action", label=20, labelled=False)
        b = area["bounds"]
        if b["x"] + b["width"] > width or b["y"] + b["height"] > height:
            found.append((f"areas[{i}].bounds", "Must be inside of the menu"))
    return found


def complaint(found: list[Flaw]) -> Json:
    """LINE's error body for flaws; those in a Flex message are told by themselves, when nothing else is wrong."""
    plain = [(where.lstrip("."), what) for where, what in found if not CONTENTS.match(where)]
    if plain:
        return _told(f"The request body has {len(plain)} error(s)", plain)
    first = found[0][0].partition(".contents")[0]
    told = [
        (_pointer(where.removeprefix(f"{first}.contents")), what) for where, what in found if where.startswith(first)
    ]
    return _told(f"A message ({first}) in the request body is invalid", told)


def _pointer(path: str) -> str:
    return re.sub(r"\[(\d+)]", r"/\1", path).replace(".", "/") or "/"


def _told(message: str, found: list[Flaw]) -> Json:
    return {"message": message, "details": [{"message": what, "property": where} for where, what in found]}
