"""From a closed case to an entry of the library: the exact text with its question, and the page once it is public."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.publishing.agreement import ASK, Wish
from bot.desk.consultation.publishing.publication import is_public, row_of
from bot.desk.consultation.publishing.publishing import PUBLISHED
from bot.line.messages import Json, text
from bot.line.news.kinds import Draw
from bot.phrases import phrase
from storage.models import Case


async def _ask(_session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    """Draw the whole text as it was when it was queued: the digest in the buttons is that of exactly these words."""
    shown = "\n\n".join([phrase("publication_ask", number=payload["number"]), *_parts(payload["text"])])
    question = _bubble(
        phrase("publication_question"),
        phrase("publication_question_note"),
        [
            _button(phrase("publication_agree"), payload, Wish.AGREE, primary=True),
            _button(phrase("publication_refuse"), payload, Wish.REFUSE),
            _button(phrase("publication_mend"), payload, Wish.MEND),
        ],
    )
    return [*text(shown), {"type": "flex", "altText": phrase("publication_alt"), "contents": question}]


async def _published(_session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    told = phrase("publication_published", number=payload["number"], page=payload["page"])
    stop = _bubble("", phrase("publication_stop_note"), [_button(phrase("publication_stop"), payload, Wish.STOP)])
    return [*text(told), {"type": "flex", "altText": phrase("publication_stop_alt"), "contents": stop}]


async def told(session: AsyncSession, case: Case) -> list[str]:
    """Return what わたしのデータ says of a published case: its title, and how to end the publication."""
    row = await row_of(session, case)
    return [phrase("data_published", title=row.title)] if row is not None and is_public(row) else []


def _parts(said: Mapping[str, Any]) -> list[str]:
    labels = {
        "title": phrase("publication_label_title"),
        "summary": phrase("publication_label_summary"),
        "body": phrase("publication_label_body"),
        "ward": phrase("publication_label_ward"),
        "theme": phrase("publication_label_theme"),
        "organisations": phrase("publication_label_organisations"),
    }
    texts = {key: "\n".join(value) if isinstance(value, list) else value for key, value in said.items()}
    return [f"{label}\n{texts[key]}" for key, label in labels.items() if texts.get(key)]


def _button(title: str, payload: Mapping[str, Any], wish: Wish, *, primary: bool = False) -> Json:
    ids = {"tap": "publication", "n": payload["publication"], "do": wish.value, "d": payload.get("digest")}
    data = urlencode({key: value for key, value in ids.items() if value is not None})
    action = {"type": "postback", "label": title, "data": data, "displayText": title}
    style = {"style": "primary", "color": "#067A3C"} if primary else {"style": "secondary"}
    return {"type": "button", "height": "sm", "action": action, **style}


def _bubble(title: str, note: str, buttons: Sequence[Json]) -> Json:
    heading = [{"type": "text", "text": title, "weight": "bold", "size": "md", "wrap": True}] if title else []
    said = [*heading, {"type": "text", "text": note, "size": "sm", "color": "#555555", "wrap": True}]
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "spacing": "md", "contents": said},
        "footer": {"type": "box", "layout": "vertical", "spacing": "sm", "contents": list(buttons)},
    }


NEWS: dict[str, Draw] = {ASK: _ask, PUBLISHED: _published}
