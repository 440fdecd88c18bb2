"""The shapes of LINE's message objects: which properties there are, of which kind, and which are needed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.simulator.line.words import Flaw, one_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Tagged:
    """An object whose `type` says which properties it has."""

    kinds: dict[str, Json]


@dataclass(frozen=True)
class Each:
    """An object with any names, and one kind of value."""

    value: Any


# A shape is a type, a tuple of words, a list of one shape, an object's properties (! says needed), or a name from here.
SPACE = {"margin": str, "position": ("relative", "absolute"), "offsetTop": str, "offsetBottom": str, "offsetStart": str,
         "offsetEnd": str}  # fmt: skip
PADDING = dict.fromkeys(("paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd"), str)
LINES = {"color": str, "size": str, "weight": ("regular", "bold"), "style": ("normal", "italic"),
         "decoration": ("none", "underline", "line-through")}  # fmt: skip
GRAVITY, ALIGN, FIT = ("top", "bottom", "center"), ("start", "end", "center"), ("shrink-to-fit",)
AREA = {"x!": int, "y!": int, "width!": int, "height!": int}
DATA: Json = {"label": str, "data!": str}
LOOK = {"imageAspectRatio": str, "imageSize": str}
COLUMN = {"thumbnailImageUrl": str, "imageBackgroundColor": str, "title": str, "text!": str,
          "defaultAction": "action", "actions!": ["action"]}  # fmt: skip
MESSAGE: Json = {"quickReply": "quick_reply", "sender": {"name": str, "iconUrl": str}}
MEDIA: Json = {**MESSAGE, "originalContentUrl!": str}
COMPONENTS: dict[str, Json] = {
    "box": {**SPACE, **PADDING, "layout!": ("horizontal", "vertical", "baseline"), "contents!": ["component"],
            "flex": int, "spacing": str, "backgroundColor": str, "borderColor": str, "borderWidth": str,
            "cornerRadius": str, "width": str, "maxWidth": str, "height": str, "maxHeight": str, "action": "action",
            "justifyContent": ("center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"),
            "alignItems": ("center", "flex-start", "flex-end"), "background": "background"},
    "button": {**SPACE, "action!": "action", "flex": int, "color": str, "style": ("primary", "secondary", "link"),
               "gravity": GRAVITY, "height": ("md", "sm"), "adjustMode": FIT, "scaling": bool},
    "image": {**SPACE, "url!": str, "flex": int, "align": ALIGN, "gravity": GRAVITY, "size": str, "aspectRatio": str,
              "aspectMode": ("fit", "cover"), "backgroundColor": str, "action": "action", "animated": bool},
    "video": {"url!": str, "previewUrl!": str, "altContent!": "component", "aspectRatio": str, "action": "action"},
    "icon": {**SPACE, "url!": str, "size": str, "aspectRatio": str, "scaling": bool},
    "text": {**SPACE, **LINES, "text": str, "flex": int, "align": ALIGN, "gravity": GRAVITY, "wrap": bool,
             "lineSpacing": str, "maxLines": int, "action": "action", "contents": ["component"], "adjustMode": FIT,
             "scaling": bool},
    "span": {**LINES, "text": str},
    "separator": {"margin": str, "color": str},
    "filler": {"flex": int},
}  # fmt: skip
STYLE = {"backgroundColor": str, "separator": bool, "separatorColor": str}
BUBBLE: Json = {
    "direction": ("ltr", "rtl"), "size": ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"),
    "header": "component", "hero": "component", "body": "component", "footer": "component", "action": "action",
    "styles": dict.fromkeys(("header", "hero", "body", "footer"), STYLE),
}  # fmt: skip
SHAPES: dict[str, Any] = {
    "action": Tagged({
        "postback": {**DATA, "displayText": str, "text": str, "fillInText": str,
                     "inputOption": ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")},
        "message": {"label": str, "text!": str}, "camera": {"label": str}, "cameraRoll": {"label": str},
        "location": {"label": str}, "uri": {"label": str, "uri!": str, "altUri": {"desktop": str}},
        "datetimepicker": {**DATA, "mode!": ("date", "time", "datetime"), "initial": str, "max": str, "min": str},
        "richmenuswitch": {**DATA, "richMenuAliasId!": str}, "clipboard": {"label": str, "clipboardText!": str},
    }),
    "quick_reply": {"items!": [{"type!": ("action",), "imageUrl": str, "action!": "action"}]},
    "component": Tagged(COMPONENTS),
    "background": Tagged({"linearGradient": dict.fromkeys(
        ("angle", "startColor", "endColor", "centerColor", "centerPosition"), str)}),
    "substitution": Tagged({
        "mention": {"mentionee!": Tagged({"user": {"userId!": str}, "all": {}})},
        "emoji": {"productId!": str, "emojiId!": str},
    }),
    "touch": Tagged({
        "message": {"text!": str, "area!": AREA, "label": str}, "uri": {"linkUri!": str, "area!": AREA, "label": str},
        "clipboard": {"clipboardText!": str, "area!": AREA, "label": str},
    }),
    "template": Tagged({
        "buttons": {**COLUMN, **LOOK}, "confirm": {"text!": str, "actions!": ["action"]},
        "carousel": {**LOOK, "columns!": [COLUMN]},
        "image_carousel": {"columns!": [{"imageUrl!": str, "action!": "action"}]},
    }),
    "container": Tagged({"bubble": BUBBLE, "carousel": {"contents!": [Tagged({"bubble": BUBBLE})]}}),
    "message": Tagged({
        "text": {**MESSAGE, "text!": str, "quoteToken": str,
                 "emojis": [{"index": int, "productId": str, "emojiId": str}]},
        "textV2": {**MESSAGE, "text!": str, "quoteToken": str, "substitution": Each("substitution")},
        "sticker": {**MESSAGE, "packageId!": str, "stickerId!": str, "quoteToken": str},
        "image": {**MEDIA, "previewImageUrl!": str}, "video": {**MEDIA, "previewImageUrl!": str, "trackingId": str},
        "audio": {**MEDIA, "duration!": int},
        "location": {**MESSAGE, "title!": str, "address!": str, "latitude!": float, "longitude!": float},
        "imagemap": {**MESSAGE, "baseUrl!": str, "altText!": str, "baseSize!": {"width!": int, "height!": int},
                     "actions!": ["touch"],
                     "video": {"originalContentUrl": str, "previewImageUrl": str, "area": AREA,
                               "externalLink": {"linkUri": str, "label": str}}},
        "template": {**MESSAGE, "altText!": str, "template!": "template"},
        "flex": {**MESSAGE, "altText!": str, "contents!": "container"},
        "coupon": {**MESSAGE, "couponId!": str, "deliveryTag": str},
    }),
}  # fmt: skip
SHAPES["rich_menu"] = {
    "size!": {"width!": int, "height!": int}, "selected!": bool, "name!": str, "chatBarText!": str,
    "areas!": [{"bounds!": AREA, "action!": "action"}],
}  # fmt: skip
KINDS = {str: "a string", int: "an integer", float: "a number", bool: "a boolean"}


def misshapen(value: Any, shape: Any, at: str) -> Iterator[Flaw]:
    """The flaws of a value's shape; none says that its properties may be looked at one by one."""
    shape = SHAPES[shape] if isinstance(shape, str) else shape
    if isinstance(shape, type):
        if not _is(value, shape):
            yield at, "May not be null" if value is None else f"Must be {KINDS[shape]}"
    elif isinstance(shape, tuple):
        if value not in shape:
            yield at, one_of(shape)
    elif isinstance(shape, list):
        yield from _list(value, shape[0], at)
    elif not isinstance(value, dict):
        yield at, "May not be null" if value is None else "Must be an object"
    elif isinstance(shape, Each):
        for name, one in value.items():
            yield from misshapen(one, shape.value, f"{at}.{name}")
    elif isinstance(shape, Tagged):
        kinds = tuple(shape.kinds)
        known = {"type!": kinds, **shape.kinds[value["type"]]} if value.get("type") in kinds else None
        yield from _object(value, known, at) if known else [(f"{at}.type", one_of(kinds))]
    else:
        yield from _object(value, shape, at)


def _is(value: Any, kind: type) -> bool:
    """Whether JSON would call it so: true and false are no numbers."""
    return isinstance(value, (int, float) if kind is float else kind) and isinstance(value, bool) is (kind is bool)


def _list(value: Any, shape: Any, at: str) -> Iterator[Flaw]:
    if not isinstance(value, list):
        yield at, "May not be null" if value is None else "Must be an array"
        return
    for i, one in enumerate(value):
        yield from misshapen(one, shape, f"{at}[{i}]")


def _object(value: Json, shape: Json, at: str) -> Iterator[Flaw]:
    known = {name.removesuffix("!"): kind for name, kind in shape.items()}
    yield from ((f"{at}.{name}", "Unknown property") for name in value if name not in known)
    for name, kind in shape.items():
        if (key := name.removesuffix("!")) in value:
            yield from misshapen(value[key], kind, f"{at}.{key}")
        elif name != key:
            yield f"{at}.{key}", "May not be null"
