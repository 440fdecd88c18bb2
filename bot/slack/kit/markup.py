"""A text of Slack's as its reader saw it: Slack hands it over with its marks. Pure.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping

from bot.slack import words
from bot.slack.kit import emoji
from bot.slack.kit.blocks import unescape

Names = Mapping[str, str]  # of people and channels, by their ids

_CODE = re.compile(r"```\n?(.+?)\n?```|`([^`\n]+)`", re.DOTALL)
_ANGLE = re.compile(r"<([@#!][^<>\n]+|[a-z][a-z0-9+.-]*:[^<>\n]+)>")
_STYLED = re.compile(r"(?<!\w)([*_~])(?=\S)((?:(?!\1)[^\n])+)(?<=\S)\1(?!\w)")
_NAMED = re.compile(r"<[@#]([A-Z0-9]+)[|>]")
_KEPT = re.compile("\0([0-9]+)\0")
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)")
_DIGITS = re.compile(r"[^0-9+]")


def seen(text: str, names: Names) -> str:
    """Return a text of Slack's as it is read: no marks, people and channels by name, emoji as signs."""
    kept: list[str] = []  # what no other rule may touch

    def keep(shown: str) -> str:
        kept.append(shown)
        return f"\0{len(kept) - 1}\0"

    def back(text: str) -> str:
        return _KEPT.sub(lambda hit: back(kept[int(hit[1])]), text)  # a link may stand in code

    text = _ANGLE.sub(lambda hit: keep(_angle(hit[1], names)), text.replace("\0", ""))
    text = _CODE.sub(lambda hit: keep(plain(hit[1] or hit[2])), text)
    for _ in "*_~":  # one may stand in the other
        text = _STYLED.sub(r"\2", text)
    return back(plain(emoji.signs(text)))


def named(text: str) -> set[str]:
    """Return the ids of the people and channels that a text of Slack's names."""
    return {hit[1] for hit in _NAMED.finditer(text)}


def plain(text: str) -> str:
    """Return the text with & < > for what Slack writes instead."""
    found: str = unescape({"text": text})["text"]
    return found


def _angle(inside: str, names: Names) -> str:
    """Return what stands for a mention, a channel, a date or a link."""
    what, _, label = inside.partition("|")
    if what[0] in "@#":
        return name(what[0], names.get(what[1:]) or label)
    if what.startswith("!date"):
        return plain(label)
    if what[0] == "!":
        return name("@", label or ("" if what.startswith("!subteam") else what[1:]))
    return link(plain(what), emoji.signs(plain(label)))


def name(sign: str, known: str) -> str:
    """Return somebody after an @, or a channel after a #; `known` may be nothing."""
    unknown = words.reception.SOMEWHERE if sign == "#" else words.reception.SOMEBODY
    return sign + (plain(known).lstrip("@#") or unknown)


def link(url: str, label: str) -> str:
    """Return a link's words, and its address where the words don't say it already."""
    bare = _SCHEME.sub("", url)
    address = url if url.startswith("http") else bare
    same = _SCHEME.sub("", label).rstrip("/") == bare.rstrip("/")
    called = url.startswith("tel:") and _DIGITS.sub("", label) == _DIGITS.sub("", bare)
    if same or called:
        return label
    return f"{label} ({address})" if label else address
