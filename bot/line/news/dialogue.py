"""④ the place for dialogue: what LINE shows of it: when and where, and three buttons to answer."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation.invitations import stamp_of
from bot.line import messages
from bot.line.messages import Json
from bot.line.news.kinds import Draw
from bot.phrases import phrase
from bot.when import clock
from storage.models import Answer, Meeting, MeetingState

LABELS = {Answer.YES: "dialogue_yes", Answer.NO: "dialogue_no", Answer.MAYBE: "dialogue_maybe"}


async def invited(session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    """Ask the citizen to come."""
    return await _asked(session, payload, "dialogue_invited")


async def changed(session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    """Ask again, since time or place have changed."""
    return await _asked(session, payload, "dialogue_changed")


async def _asked(session: AsyncSession, payload: Mapping[str, Any], key: str) -> list[Json]:
    """The dialogue as a text, so that an address in it can be tapped; a card with buttons that stay, and quick ones."""
    meeting = await session.get(Meeting, payload["meeting"])
    if meeting is None or meeting.state != MeetingState.FIXED or meeting.starts_at is None:
        return messages.text(phrase("dialogue_gone"))
    told = [phrase(key, number=payload["number"], when=clock(meeting.starts_at), place=meeting.place)]
    told += [phrase("dialogue_agenda", agenda=meeting.agenda)] if meeting.agenda else []
    buttons = [_button(meeting, answer) for answer in Answer]
    card = {"type": "flex", "altText": phrase("dialogue_how"), "contents": _bubble(buttons)}
    items = [{"type": "action", "action": button} for button in buttons]
    return [*messages.text("\n".join(told)), card | {"quickReply": {"items": items}}]


def _button(meeting: Meeting, answer: Answer) -> Json:
    data = urlencode({"tap": "dialogue_rsvp", "m": meeting.id, "a": answer, "t": stamp_of(meeting)})
    label = phrase(LABELS[answer])
    return {"type": "postback", "label": label, "data": data, "displayText": label}


def _bubble(buttons: list[Json]) -> Json:
    how = {"type": "text", "text": phrase("dialogue_how"), "wrap": True, "size": "sm"}
    rows = [{"type": "button", "style": "secondary", "height": "sm", "action": button} for button in buttons]
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [how]},
        "footer": {"type": "box", "layout": "vertical", "spacing": "sm", "contents": rows},
    }


NEWS: dict[str, Draw] = {"dialogue_invited": invited, "dialogue_changed": changed}
