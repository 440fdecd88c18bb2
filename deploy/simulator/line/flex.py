"""What LINE refuses in a Flex message: structure, unknown properties, sizes."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from deploy.simulator.line.words import UTF16, Flaw, choice, https, items, text

Json = dict[str, Any]
Action = Callable[..., Iterator[Flaw]]
SPACE = {"margin", "position", "offsetTop", "offsetBottom", "offsetStart", "offsetEnd", "flex"}
PADDING = {"paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd"}
KEYS: dict[str, set[str]] = {
    "box": SPACE | PADDING | {"layout", "contents", "backgroundColor", "borderColor", "borderWidth", "cornerRadius",
            "width", "maxWidth", "height", "maxHeight", "spacing", "action", "justifyContent", "alignItems",
            "background"},
    "button": SPACE | {"action", "height", "style", "color", "gravity", "adjustMode", "scaling"},
    "image": SPACE | {"url", "align", "gravity", "size", "aspectRatio", "aspectMode", "backgroundColor", "action",
              "animated"},
    "video": {"url", "previewUrl", "altContent", "aspectRatio", "action"},
    "icon": SPACE - {"flex"} | {"url", "size", "aspectRatio", "scaling"},
    "text": SPACE | {"text", "contents", "adjustMode", "size", "align", "gravity", "wrap", "lineSpacing", "maxLines",
             "weight", "color", "action", "style", "decoration", "scaling"},
    "span": {"text", "color", "size", "weight", "style", "decoration"},
    "separator": {"margin", "color"},
    "filler": {"flex"},
}  # fmt: skip
BUBBLE = {"type", "size", "direction", "header", "hero", "body", "footer", "styles", "action"}
CHOICES: dict[str, tuple[str, ...]] = {
    "layout": ("horizontal", "vertical", "baseline"), "weight": ("regular", "bold"),
    "align": ("start", "end", "center"), "gravity": ("top", "bottom", "center"),
    "style": ("primary", "secondary", "link", "normal", "italic"),
    "decoration": ("none", "underline", "line-through"),
}  # fmt: skip
MOST_BUBBLES, BUBBLE_BYTES, CAROUSEL_BYTES = 12, 30 * 1024, 50 * 1024


def check_flex(value: Any, at: str, action: Action) -> Iterator[Flaw]:
    """The flaws of a Flex container (bubble or carousel)."""
    if not isinstance(value, dict):
        yield at, "May not be null"
        return
    yield from choice(value, "type", at, ("bubble", "carousel"))
    if value.get("type") == "carousel":
        yield from items(value.get("contents"), f"{at}.contents", 1, MOST_BUBBLES)
        yield from _bytes(value, at, CAROUSEL_BYTES)
        for i, bubble in enumerate(value.get("contents") or []):
            yield from _bubble(bubble, f"{at}.contents[{i}]", action)
    else:
        yield from _bubble(value, at, action)


def _bytes(value: Json, at: str, most: int) -> Iterator[Flaw]:
    if len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()) > most:
        yield at, f"Size must be {most // 1024}KB or less"


def _bubble(bubble: Any, at: str, action: Action) -> Iterator[Flaw]:
    if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
        yield f"{at}.type", "Must be one of the following values: [bubble]"
        return
    yield from _bytes(bubble, at, BUBBLE_BYTES)
    yield from ((f"{at}.{key}", "unknown field") for key in bubble if key not in BUBBLE)
    if "size" in bubble:
        yield from choice(bubble, "size", at, ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"))
    for part in ("header", "body", "footer"):
        if part in bubble:
            yield from _component(bubble[part], f"{at}.{part}", action, {"box"})
    if "hero" in bubble:
        yield from _component(bubble["hero"], f"{at}.hero", action, {"box", "image", "video"})


def _component(value: Any, at: str, action: Action, allowed: set[str]) -> Iterator[Flaw]:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind not in allowed:
        yield f"{at}.type", f"Must be one of the following values: [{', '.join(sorted(allowed))}]"
        return
    yield from ((f"{at}.{key}", "unknown field") for key in value if key not in KEYS[kind] | {"type"})
    for key, words in CHOICES.items():
        if key in value:
            yield from choice(value, key, at, words)
    yield from PARTS.get(kind, _nothing)(value, at, action)
    if "action" in value and kind != "button":
        yield from action(value["action"], f"{at}.action", label=40, labelled=False)


def _box(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    yield from choice(value, "layout", at, CHOICES["layout"])
    yield from items(value.get("contents"), f"{at}.contents", 0, 10_000)
    inside = {"icon", "text", "filler"} if value.get("layout") == "baseline" else set(KEYS) - {"icon", "span", "video"}
    for i, child in enumerate(value.get("contents") or []):
        yield from _component(child, f"{at}.contents[{i}]", action, inside)


def _text(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    spans = value.get("contents")
    yield from text(value, "text", at, 100_000, UTF16, needed=not spans)
    for i, span in enumerate(spans or []):
        yield from _component(span, f"{at}.contents[{i}]", action, {"span"})


def _button(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    yield from action(value.get("action"), f"{at}.action", label=40)


def _linked(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    yield from https(value, "url", at)


def _nothing(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    yield from ()


PARTS = {"box": _box, "text": _text, "button": _button, "image": _linked, "icon": _linked, "video": _linked}
