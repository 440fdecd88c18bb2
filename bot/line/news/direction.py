"""③ the hypothesis on LINE: the whole text, and three buttons to answer with."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.direction import hypotheses
from bot.desk.record.telling import Phrase
from bot.line import messages
from bot.line.messages import Json
from bot.line.news.kinds import Draw
from bot.phrases import phrase
from storage.models import Case, Hypothesis, Word

IN_BUBBLE = 2_000  # UTF-16 units: at most 12 KB of a bubble's 30, even of the widest signs


async def _hypothesis(session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    version = await session.get_one(Hypothesis, payload["hypothesis"])
    case = await session.get_one(Case, version.case_id)
    return hypothesis(version.text, version.version, case.number, version.id or 0)


def hypothesis(words: str, version: int, number: str, id: int) -> list[Json]:
    """Draw a version: a card with buttons holds as much as it can, the messages after it hold the rest."""
    first, *rest = messages.pieces(words, IN_BUBBLE) or [phrase("no_answer")]
    contents = [
        _text(phrase("hypothesis", version=version), size="lg", weight="bold"),
        _text(phrase("hypothesis_about", number=number), size="sm", color="#666666"),
        {"type": "separator", "margin": "md"},
        _text(first, margin="md"),
        *([_text(phrase("hypothesis_rest"), size="sm", color="#666666")] if rest else []),
        {"type": "separator", "margin": "md"},
        _text(phrase("hypothesis_ask"), size="sm", margin="md"),
    ]
    bubble = {
        "type": "bubble",
        "size": "giga",
        "body": {"type": "box", "layout": "vertical", "spacing": "sm", "contents": contents},
        "footer": {
            "type": "box", "layout": "vertical", "spacing": "sm", "contents": [_button(id, word) for word in Word]
        },
    }  # fmt: skip
    card = {"type": "flex", "altText": phrase("hypothesis_alt", version=version), "contents": bubble}
    return [card, *(messages.text("".join(rest)) if rest else [])]


def _text(words: str, **how: str) -> Json:
    return {"type": "text", "text": words, "wrap": True, **how}


def _button(id: int, word: Word) -> Json:
    label = hypotheses.label(word)
    data = urlencode({"tap": "hypothesis", "h": id, "w": word.value})
    style = {"style": "primary", "color": "#067A3C"} if word is Word.AGREE else {"style": "secondary"}
    action = {"type": "postback", "label": label, "data": data, "displayText": label}
    return {"type": "button", "height": "sm", **style, "action": action}


NEWS: dict[str, Draw] = {Phrase.HYPOTHESIS: _hypothesis}
