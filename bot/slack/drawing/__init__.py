"""What each topic shows and asks in Slack: its lines of the card, its modals. Pure."""

from bot.desk.record.sight import CaseView
from bot.slack.drawing import (
    briefing,
    dialogue,
    direction,
    follow_up,
    guests,
    hearing,
    home,
    nudges,
    publication,
    realisation,
    reception,
    staffing,
)
from bot.slack.kit.blocks import Block

_ON_CARD = (
    reception,
    staffing,
    briefing,
    hearing,
    direction,
    guests,
    realisation,
    dialogue,
    follow_up,
    publication,
    home,
    nudges,
)


def on_card(view: CaseView) -> list[Block]:
    """Return the lines of the card that the topics have for a case in its stage."""
    return [block for topic in _ON_CARD for block in topic.on_card(view)]
