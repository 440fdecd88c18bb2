"""What each topic shows and asks in Slack: its lines of the card, its modals. Pure."""

from bot.desk.record.sight import CaseView
from bot.slack import words
from bot.slack.kit.blocks import Block
from bot.slack.topics import same_named

_ON_CARD = [topic.on_card for topic in same_named(__name__, words.TOPICS) if hasattr(topic, "on_card")]


def on_card(view: CaseView) -> list[Block]:
    """Return the lines of the card that the topics have for a case in its stage."""
    return [block for lines in _ON_CARD for block in lines(view)]
