"""② the date of the hearing and its notes: what LINE shows of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.hearing import appointments
from bot.line import messages
from bot.line.messages import Json
from bot.line.news.kinds import Draw
from bot.phrases import phrase
from bot.when import clock
from storage.models import Meeting

GREEN = "#067A3C"


async def dates(session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    """The times to choose from: as buttons that stay, and as quick replies under the keyboard."""
    meeting = await session.get_one(Meeting, payload["meeting"])
    buttons = [
        *(_tap(meeting, n, clock(time)) for n, time in enumerate(appointments.options(meeting))),
        _other(meeting),
    ]
    texts = [phrase("hearing_dates", number=payload["number"]), phrase("hearing_place", place=meeting.place)]
    if meeting.agenda:
        texts.append(phrase("hearing_remark", remark=meeting.agenda))
    card = {
        "type": "flex",
        "altText": phrase("hearing_dates_alt"),
        "contents": {"type": "bubble", "size": "giga", "body": _body(texts), "footer": _footer(buttons)},
    }
    items = [{"type": "action", "action": button} for button in buttons]
    return [*_moved(payload), card | {"quickReply": {"items": items}}]


async def fixed(session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    """When and where it is, and how to change that; a link in it can be tapped."""
    meeting = await session.get_one(Meeting, payload["meeting"])
    at = clock(meeting.starts_at)
    said = [phrase("hearing_fixed", number=payload["number"], at=at, place=meeting.place)]
    if meeting.agenda:
        said.append(phrase("hearing_remark", remark=meeting.agenda))
    return [*_moved(payload), *(message for words in said for message in messages.text(words))]


def _moved(payload: Mapping[str, Any]) -> list[Json]:
    return messages.text(phrase("hearing_moved", was=payload["was"])) if payload.get("was") else []


def _tap(meeting: Meeting, n: int | str, label: str) -> Json:
    data = urlencode({"tap": "hearing_date", "m": meeting.id, "n": n})
    shown = messages.shorten(label, messages.LABEL)
    return {"type": "postback", "label": shown, "data": data, "displayText": shown}


def _other(meeting: Meeting) -> Json:
    return _tap(meeting, "other", phrase("hearing_other_day"))


def _body(texts: list[str]) -> Json:
    title = {"type": "text", "text": phrase("hearing_dates_title"), "weight": "bold", "size": "lg", "wrap": True}
    return _box([title, *({"type": "text", "text": text, "wrap": True} for text in texts)])


def _footer(buttons: list[Json]) -> Json:
    *times, other = ({"type": "button", "height": "sm", "action": button} for button in buttons)
    return _box([*(time | {"style": "primary", "color": GREEN} for time in times), other])


def _box(contents: list[Json]) -> Json:
    return {"type": "box", "layout": "vertical", "spacing": "md", "contents": contents}


NEWS: dict[str, Draw] = {"hearing_dates": dates, "hearing_fixed": fixed}
