"""What a reader of Slack saw, in plain words: Slack hands messages over with its marks. Pure.

Source: https://docs.slack.dev/messaging/formatting-message-text and …/reference/block-kit/blocks/rich-text-block
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.slack import words
from bot.slack.kit import emoji
from bot.slack.kit.blocks import Block, unescape

Names = Mapping[str, str]  # of people and channels, by their ids

_CODE = re.compile(r"```\n?(.+?)\n?```|`([^`\n]+)`", re.DOTALL)
_ANGLE = re.compile(r"<([@#!][^<>\n]+|[a-z][a-z0-9+.-]*:[^<>\n]+)>")
_STYLED = re.compile(r"(?<!\w)([*_~])(?=\S)((?:(?!\1)[^\n])+)(?<=\S)\1(?!\w)")
_KEPT = re.compile("\0([0-9]+)\0")
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)")
_DIGITS = re.compile(r"[^0-9+]")


def said(message: Mapping[str, Any], names: Names) -> str:
    """Return what a message says: of its blocks where a person wrote them, else of its text; and what it passes on."""
    blocks = message.get("blocks") or []
    written = bool(blocks) and all(block.get("type") == "rich_text" for block in blocks)
    own = "\n".join(map(_rich(names), blocks)) if written else seen(str(message.get("text") or ""), names)
    passed_on = [one for one in message.get("attachments") or [] if one.get("is_share")]
    return "\n\n".join(filter(None, (own, *(seen(str(one.get("text") or ""), names) for one in passed_on))))


def seen(text: str, names: Names) -> str:
    """Return a text of Slack's as it is read: no marks, people and channels by name, emoji as signs."""
    kept: list[str] = []  # what no other rule may touch

    def keep(shown: str) -> str:
        kept.append(shown)
        return f"\0{len(kept) - 1}\0"

    def back(text: str) -> str:
        return _KEPT.sub(lambda hit: back(kept[int(hit[1])]), text)  # a link may stand in code

    text = _ANGLE.sub(lambda hit: keep(_angle(hit[1], names)), text.replace("\0", ""))
    text = _CODE.sub(lambda hit: keep(_plain(hit[1] or hit[2])), text)
    for _ in "*_~":  # one may stand in the other
        text = _STYLED.sub(r"\2", text)
    return back(_plain(emoji.signs(text)))


def named(message: Mapping[str, Any]) -> set[str]:
    """Return the ids of the people and channels that a message names."""
    texts = [str(message.get("text") or ""), *(str(one.get("text") or "") for one in message.get("attachments") or [])]
    marks = {hit[1] for text in texts for hit in re.finditer(r"<[@#]([A-Z0-9]+)[|>]", text)}
    return marks | {str(one[key]) for one in _elements(message.get("blocks")) for key in _ID if key in one}


def _plain(text: str) -> str:
    found: str = unescape({"text": text})["text"]
    return found


def _angle(inside: str, names: Names) -> str:
    """Return what stands for a mention, a channel, a date or a link."""
    what, _, label = inside.partition("|")
    if what[0] in "@#":
        return _name(what[0], names.get(what[1:]) or label)
    if what.startswith("!date"):
        return _plain(label)
    if what[0] == "!":
        return _name("@", label or ("" if what.startswith("!subteam") else what[1:]))
    return _link(_plain(what), emoji.signs(_plain(label)))


def _name(sign: str, name: str) -> str:
    unknown = words.reception.SOMEWHERE if sign == "#" else words.reception.SOMEBODY
    return sign + (_plain(name).lstrip("@#") or unknown)


def _link(url: str, label: str) -> str:
    """Return a link's words, and its address where the words don't say it already."""
    bare = _SCHEME.sub("", url)
    address = url if url.startswith("http") else bare
    same = _SCHEME.sub("", label).rstrip("/") == bare.rstrip("/")
    called = url.startswith("tel:") and _DIGITS.sub("", label) == _DIGITS.sub("", bare)
    if same or called:
        return label
    return f"{label} ({address})" if label else address


# ── rich text

_ID = ("user_id", "channel_id")
_ELEMENT: dict[str, Callable[[Block, Names], str]] = {
    "text": lambda one, names: str(one.get("text", "")),
    "link": lambda one, names: _link(str(one.get("url", "")), str(one.get("text") or "")),
    "emoji": lambda one, names: _emoji(one),
    "user": lambda one, names: _name("@", names.get(one.get("user_id", ""), "")),
    "usergroup": lambda one, names: _name("@", ""),  # to be told its name an app needs one more right
    "channel": lambda one, names: _name("#", names.get(one.get("channel_id", ""), "")),
    "broadcast": lambda one, names: _name("@", str(one.get("range", ""))),
    "date": lambda one, names: str(one.get("fallback") or ""),
    "color": lambda one, names: str(one.get("value", "")),
    "rich_text_list": lambda one, names: "\n".join(_items(one, names)),
    "rich_text_quote": lambda one, names: "\n".join(f"> {line}" for line in _joined(one, names).split("\n")),
}


def _rich(names: Names) -> Callable[[Block], str]:
    return lambda block: "\n".join(_one(one, names).removesuffix("\n") for one in block.get("elements") or [])


def _one(element: Block, names: Names) -> str:
    return _ELEMENT.get(str(element.get("type")), _joined)(element, names)


def _joined(element: Block, names: Names) -> str:
    return "".join(_one(one, names) for one in element.get("elements") or [])


def _items(element: Block, names: Names) -> Iterator[str]:
    first, margin = int(element.get("offset") or 0) + 1, "　" * int(element.get("indent") or 0)
    for number, item in enumerate(element.get("elements") or [], first):
        yield margin + (f"{number}. " if element.get("style") == "ordered" else "・") + _one(item, names)


def _emoji(element: Block) -> str:
    name, code = str(element.get("name", "")), str(element.get("unicode") or "")
    tone = f"::skin-tone-{element['skin_tone']}" if element.get("skin_tone") else ""
    coded = "".join(chr(int(point, 16)) for point in code.split("-")) if re.fullmatch(r"[0-9a-f-]+", code) else ""
    return emoji.sign(name + tone) or coded or f":{name}:"


def _elements(found: Any) -> Iterator[Block]:
    if isinstance(found, list):
        for one in found:
            yield from _elements(one)
    elif isinstance(found, dict):
        yield found
        yield from _elements(found.get("elements"))
