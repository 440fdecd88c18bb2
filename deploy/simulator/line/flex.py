"""What LINE refuses in a well-formed Flex message: what stands where, and sizes."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from deploy.simulator.line.shapes import COMPONENTS
from deploy.simulator.line.words import UTF16, Flaw, https, items, one_of, text

Json = dict[str, Any]
Action = Callable[..., Iterator[Flaw]]
HERO, IN_A_LINE = {"box", "image", "video"}, {"icon", "text", "filler"}
IN_A_BOX = set(COMPONENTS) - {"icon", "span", "video"}
MOST_BUBBLES, BUBBLE_BYTES, CAROUSEL_BYTES = 12, 30 * 1024, 50 * 1024


def check_flex(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    """The flaws of a well-formed Flex container (bubble or carousel)."""
    if value["type"] == "bubble":
        yield from _bubble(value, at, action)
        return
    yield from items(value["contents"], f"{at}.contents", 1, MOST_BUBBLES)
    yield from _bytes(value, at, CAROUSEL_BYTES)
    for i, bubble in enumerate(value["contents"]):
        yield from _bubble(bubble, f"{at}.contents[{i}]", action)


def _bytes(value: Json, at: str, most: int) -> Iterator[Flaw]:
    if len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()) > most:
        yield at, f"Size must be {most // 1024}KB or less"


def _bubble(bubble: Json, at: str, action: Action) -> Iterator[Flaw]:
    yield from _bytes(bubble, at, BUBBLE_BYTES)
    for part in ("header", "hero", "body", "footer"):
        if part in bubble:
            yield from _component(bubble[part], f"{at}.{part}", action, HERO if part == "hero" else {"box"})
    if "action" in bubble:
        yield from action(bubble["action"], f"{at}.action", label=40, labelled=False)


def _component(value: Json, at: str, action: Action, allowed: set[str]) -> Iterator[Flaw]:
    kind = value["type"]
    if kind not in allowed:
        yield f"{at}.type", one_of(sorted(allowed))
        return
    yield from PARTS.get(kind, _nothing)(value, at, action)
    if "action" in value and kind != "button":
        yield from action(value["action"], f"{at}.action", label=40, labelled=False)


def _box(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    inside = IN_A_LINE if value["layout"] == "baseline" else IN_A_BOX
    for i, child in enumerate(value["contents"]):
        yield from _component(child, f"{at}.contents[{i}]", action, inside)


def _text(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    spans = value.get("contents") or []
    yield from text(value, "text", at, 100_000, UTF16, needed=not spans)
    for i, span in enumerate(spans):
        yield from _component(span, f"{at}.contents[{i}]", action, {"span"})


def _button(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    yield from action(value["action"], f"{at}.action", label=40)


def _linked(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    yield from https(value, "url", at)


def _video(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    yield from https(value, "url", at)
    yield from https(value, "previewUrl", at)
    yield from _component(value["altContent"], f"{at}.altContent", action, {"box", "image"})


def _nothing(value: Json, at: str, action: Action) -> Iterator[Flaw]:
    yield from ()


PARTS = {"box": _box, "text": _text, "button": _button, "image": _linked, "icon": _linked, "video": _video}
