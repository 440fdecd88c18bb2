"""Every Japanese word staff read in Slack: the basis, and a module a topic."""

from bot.slack.words import (
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
    replying,
    staffing,
)
from bot.slack.words import history as history
from bot.slack.words.basis import *  # noqa: F403  # the names people write as words.…

_TOPICS = (
    reception,
    replying,
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

for _topic in _TOPICS:
    BUTTON.update(_topic.BUTTON)  # noqa: F405
    TITLE.update(_topic.TITLE)  # noqa: F405
    NOTE.update(_topic.NOTE)  # noqa: F405
    NOTE_ABOUT.update(_topic.NOTE_ABOUT)  # noqa: F405
QUOTED = (*QUOTED, *(say for _topic in _TOPICS for say in _topic.QUOTED))  # noqa: F405
