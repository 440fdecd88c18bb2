"""What a message on LINE holds: a person's own words, or what it is called. LINE adds fields any time."""

import re
from typing import Any

from bot.hearing import fates
from knowledge.language.blanks import has_words

# What stands in an answer instead of a message without words. Rasa is told no more than this: a sticker that is called
# キャンセル, or a file, is no command.
WORDLESS = {
    "image": "［写真］",
    "video": "［動画］",
    "audio": "［音声］",
    "file": "［ファイル］",
    "location": "［位置情報］",
    "sticker": "［スタンプ］",
    "emoji": "［絵文字］",  # a text that is nothing but LINE's own pictures
}
OTHER = "［その他のメッセージ］"
MANY = 10_000  # photos: a number beyond is no number of photos
SHOWN_KEYWORDS = 3  # of a sticker's; LINE gives up to fifteen, by chance
DOWNLOADED = {"image", "video", "audio", "file"}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates, which databases refuse


def read_message(message: dict[str, Any]) -> tuple[str, str]:
    """Return the kind of a message and its words: a person's own verbatim, or a description in brackets.

    `text` is a person's own words in whatever kind of message it stands, also in one that LINE adds later.
    """
    kind, own = as_text(message.get("type")) or "text", as_text(message.get("text"))
    if kind == "text" and own and not has_words(_without_emojis(own, as_list(message.get("emojis")))):
        return ("emoji", f"{WORDLESS['emoji']} {own}") if has_words(own) else ("text", own)
    if kind == "text" or (has_words(own) and kind not in DOWNLOADED):
        return "text", own
    return kind, " ".join([WORDLESS.get(kind, OTHER), *_details(message, kind), *([own] if has_words(own) else [])])


def _details(message: dict[str, Any], kind: str) -> list[str]:
    """Return what says more about a message without words; of numbers, the place they are."""
    values = [message.get(name) for name in fates.shown(kind)]
    place = [str(value) for value in values if isinstance(value, int | float)]
    told = [part for value in values for part in (as_list(value)[:SHOWN_KEYWORDS] or [value]) if isinstance(part, str)]
    at, of = (as_number(as_object(message.get("imageSet")).get(name)) for name in ("index", "total"))
    told += [f"{at}/{of}"] if at and of else []  # so that a photo that never comes is missed
    return [*filter(None, map(as_text, told)), *([f"({', '.join(place)})"] if place else [])]


def _without_emojis(words: str, emojis: list[Any]) -> str:
    """Return a text without the names that stand in it for LINE's own pictures. LINE counts in UTF-16 units."""
    units = words.encode("utf-16-le")
    for one in sorted((_span(one) for one in emojis), reverse=True):
        units = units[: 2 * one[0]] + units[2 * sum(one) :]
    return units.decode("utf-16-le", "ignore")


def _span(emoji: Any) -> tuple[int, int]:
    at, length = (as_object(emoji).get(name) for name in ("index", "length"))
    return (at, length) if isinstance(at, int) and isinstance(length, int) and min(at, length) >= 0 else (0, 0)


def as_number(value: Any) -> int:
    """Return a number of photos, or a place among them; 0 for anything else."""
    return value if isinstance(value, int) and 0 < value < MANY else 0


def as_list(value: Any) -> list[Any]:
    """Return a list, empty where there is none."""
    return value if isinstance(value, list) else []


def as_object(value: Any) -> dict[str, Any]:
    """Return a JSON object, empty where there is none."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str:
    """Return a text that a database can keep, empty where there is none."""
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else "" if value is None else str(value)
