"""What a message of Slack's says to its reader: its blocks, what it passes on, and its files by name. Pure.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.slack import words
from bot.slack.kit import emoji, markup
from bot.slack.kit.blocks import Block
from bot.slack.kit.markup import Names, link, name

_ID = ("user_id", "channel_id")
_CODE = re.compile(r"[0-9a-f]{2,5}(?:-[0-9a-f]{2,5})*")


def said(message: Mapping[str, Any], names: Names) -> str:
    """Return the words of a message: of its blocks, or of its text where they have none; no preview of a link."""
    shown = "\n".join(filter(None, (_block(block, names) for block in message.get("blocks") or [])))
    own = shown or markup.seen(str(message.get("text") or ""), names)
    passed_on = [one for one in message.get("attachments") or [] if one.get("is_share") or not own]
    parts = (own, *(_attachment(one, names) for one in passed_on), "\n".join(_files(message)))
    return "\n\n".join(filter(None, parts))


def named(message: Any) -> set[str]:
    """Return the ids of the people and channels that a message names anywhere."""
    if isinstance(message, list):
        return set().union(*map(named, message))
    if not isinstance(message, dict):
        return markup.named(message) if isinstance(message, str) else set()
    return {str(message[key]) for key in _ID if message.get(key)}.union(*map(named, message.values()))


def _block(block: Block, names: Names) -> str:
    """Return the words of a block; buttons and lines between have none."""
    if block.get("type") == "rich_text":
        return "\n".join(_one(one, names).removesuffix("\n") for one in block.get("elements") or [])
    texts = [block.get("text"), *(block.get("fields") or []), *(block.get("elements") or [])]
    return "\n".join(filter(None, (_text(one, names) for one in texts)))


def _text(given: Any, names: Names) -> str:
    if not isinstance(given, dict) or given.get("type") not in ("mrkdwn", "plain_text"):
        return given if isinstance(given, str) else ""
    text = str(given.get("text") or "")
    return markup.seen(text, names) if given["type"] == "mrkdwn" else emoji.signs(markup.plain(text))


def _attachment(one: Block, names: Names) -> str:
    texts = [one[key] for key in ("pretext", "title", "text") if one.get(key)] or [one.get("fallback") or ""]
    return "\n".join(markup.seen(str(text), names) for text in texts)


def _files(message: Mapping[str, Any]) -> Iterator[str]:
    for one in message.get("files") or []:
        yield words.reception.FILE.format(name=markup.plain(str(one.get("name") or one.get("title") or "")))


_ELEMENT: dict[str, Callable[[Block, Names], str]] = {
    "text": lambda one, names: str(one.get("text", "")),
    "link": lambda one, names: link(str(one.get("url", "")), str(one.get("text") or "")),
    "emoji": lambda one, names: _emoji(one),
    "user": lambda one, names: name("@", names.get(one.get("user_id", ""), "")),
    "usergroup": lambda one, names: name("@", ""),  # to be told its name an app needs one more right
    "channel": lambda one, names: name("#", names.get(one.get("channel_id", ""), "")),
    "broadcast": lambda one, names: name("@", str(one.get("range", ""))),
    "date": lambda one, names: str(one.get("fallback") or ""),
    "color": lambda one, names: str(one.get("value", "")),
    "rich_text_list": lambda one, names: "\n".join(_items(one, names)),
    "rich_text_quote": lambda one, names: "\n".join(f"> {line}" for line in _joined(one, names).split("\n")),
}


def _one(element: Block, names: Names) -> str:
    return _ELEMENT.get(str(element.get("type")), _joined)(element, names)


def _joined(element: Block, names: Names) -> str:
    return "".join(_one(one, names) for one in element.get("elements") or [])


def _items(element: Block, names: Names) -> Iterator[str]:
    first, margin = int(element.get("offset") or 0) + 1, "　" * int(element.get("indent") or 0)
    for number, item in enumerate(element.get("elements") or [], first):
        yield margin + (f"{number}. " if element.get("style") == "ordered" else "・") + _one(item, names)


def _emoji(element: Block) -> str:
    known, code = str(element.get("name", "")), str(element.get("unicode") or "")
    tone = f"::skin-tone-{element['skin_tone']}" if element.get("skin_tone") else ""
    coded = "".join(chr(int(point, 16)) for point in code.split("-")) if _CODE.fullmatch(code) else ""
    return emoji.sign(known + tone) or coded or f":{known}:"
