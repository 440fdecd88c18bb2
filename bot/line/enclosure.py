"""A file of a reply on LINE: a picture where LINE can show it, else a card with a button that opens it."""

from collections.abc import Callable
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.talk import enclosures
from bot.line import messages
from bot.line.messages import Json
from bot.phrases import phrase
from bot.when import day
from storage.models import Attachment

Address = Callable[[str, date], str]  # from a file's key and its last day to the address at which it can be opened
PICTURES = ("image/jpeg", "image/png")  # LINE's image message takes no other types
PREVIEW = 1_000_000  # bytes; LINE's limit for pictures in the talk; we make no smaller copies
NAME = 100  # characters


async def draw(session: AsyncSession, key: str, address: Address) -> list[Json]:
    """Return the message for a file; nothing when it was erased meanwhile."""
    file = await enclosures.kept(session, key)
    if file is None:
        return []
    last = enclosures.until(file.created_at)
    url = address(key, last)
    return [_picture(url) if _is_shown(file, url) else _card(file.name, url, last)]


def _is_shown(file: Attachment, url: str) -> bool:
    return url.startswith("https://") and file.media_type in PICTURES and file.size <= PREVIEW


def _picture(url: str) -> Json:
    return {"type": "image", "originalContentUrl": url, "previewImageUrl": url}


def _card(name: str, url: str, last: date) -> Json:
    told = phrase("file_until", day=day(last))
    said = [
        {"type": "text", "text": messages.shorten(name, NAME), "weight": "bold", "wrap": True},
        {"type": "text", "text": told, "size": "sm", "color": "#555555", "wrap": True},
    ]
    action = {"type": "uri", "label": phrase("file_open"), "uri": url}
    button = {"type": "button", "style": "primary", "color": "#067A3C", "height": "sm", "action": action}
    bubble = {"type": "bubble", "body": _box(said), "footer": _box([button])}
    return {"type": "flex", "altText": phrase("file_alt"), "contents": bubble}


def _box(contents: list[Json]) -> Json:
    return {"type": "box", "layout": "vertical", "spacing": "sm", "contents": contents}
