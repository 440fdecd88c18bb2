"""News of a case that is more than a sentence: cards and choices, by the kind of outbox row."""

from bot.line.news import (
    dialogue,
    direction,
    hearing,
    nudges,
    publication,
    realisation,
    reception,
)
from bot.line.news.kinds import Draw

NEWS: dict[str, Draw] = {
    kind: draw
    for topic in (hearing, direction, realisation, dialogue, publication, reception, nudges)
    for kind, draw in topic.NEWS.items()
}
