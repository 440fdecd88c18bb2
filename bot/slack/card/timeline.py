"""The history of a case under its card, newest last; what has no room is behind 詳細. Pure."""

from dataclasses import replace

from bot.desk.record.sight import CaseView, HistoryLine
from bot.slack import words
from bot.slack.card.details import history_line
from bot.slack.kit.blocks import Block, context, cut, rich, visible, word

SAID = 120  # characters of what was said in a line
MOST = 9_500  # of a whole message; Slack refuses somewhere beyond 10,000
LEAST = 600  # of the history, however long the card is


def timeline(view: CaseView, beside: list[Block]) -> list[Block]:
    """Return the newest lines that have room in a message beside the card."""
    room = max(LEAST, MOST - len(visible(beside)))
    shown: list[Block] = []  # runs of one rich text, so that a long history is one block
    kept = 0
    for line in reversed(view.history):
        drawn = [element for block in history_line(_short(line)) for element in block["elements"]]
        room -= len(visible(drawn))
        if room < 0:
            break
        shown, kept = drawn + shown, kept + 1
    older = len(view.history) - kept
    return [
        rich(word(words.card.HISTORY, bold=True)),
        *([context(words.home.OLDER.format(count=older))] if older else []),
        *([{"type": "rich_text", "elements": shown}] if shown else [context(words.card.NO_HISTORY)]),
    ]


def _short(line: HistoryLine) -> HistoryLine:
    said = cut("\n".join(line.words), SAID, words.CUT) if any(line.words) else ""
    return replace(line, words=(said,) if said else ())
