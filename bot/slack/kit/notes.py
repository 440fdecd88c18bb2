"""What the thread and the channel are told, drawn from an outbox row's key and values. Pure."""

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any

from bot.desk.record.moves import STAGE_LABEL
from bot.errors import DeliveryError
from bot.slack import words
from bot.slack.kit.blocks import Block, actions, button, cut, person, rich, word
from storage.models import Stage
from storage.models.words import SLACK_ID

MOST = 9_000  # characters of a note; Slack refuses a message of more than about 13,000
VALUE = 1_500  # of one value in a line
LEAST = 500  # of what is quoted, however long the lines are
PIECE = 2_900
# Keys that stand for words of ours.
_NAMED = {"about": words.QUESTION, "seat": words.LABEL, "what": words.card.FILE_KIND}


def note(say: str, values: Mapping[str, Any]) -> list[Block]:
    """Return the note: a line whose values are all missing is left out; people's words are quoted verbatim."""
    runs: list[Block] = []
    for line in words.NOTE[say]:
        if drawn := _line(line, values):
            runs += ([word("\n")] if runs else []) + drawn
    room = max(LEAST, MOST - sum(len(run.get("text", "")) for run in runs))
    return [rich(*runs), *(_quotes(values, room) if say in words.QUOTED else [])]


def drawn(payload: Mapping[str, Any], number: str, **more: object) -> tuple[str, list[Block]]:
    """Return what a notification shows and the blocks, with the button to answer under a citizen's words."""
    say = str(payload.get("say"))
    if say not in words.NOTE:
        raise DeliveryError(f"no words for {say}", permanent=True)
    number = number or str(payload.get("number") or "")
    blocks = note(say, {"number": number, **payload, **more})
    if say in words.replying.ANSWERABLE:
        blocks.append(actions(button(words.BUTTON["case.reply"], "case.reply", number)))
    return fallback(say, number), blocks


def fallback(say: str, number: str) -> str:
    """Return what a notification shows: the case's number and what it is about, no one's words."""
    about = words.NOTE_ABOUT.get(say, words.TITLE["notice"])
    return words.notes.NOTE_FALLBACK.format(number=number, about=about).strip()


def _line(line: str, values: Mapping[str, Any]) -> list[Block]:
    runs: list[Block] = []
    named = given = 0
    for text, name, _, _ in Formatter().parse(line):
        runs += [word(text)] if text else []
        if name is not None:
            drawn = _value(name, values.get(name))
            named, given = named + 1, given + bool(drawn)
            runs += drawn
    return [] if named and not given else runs


def _value(name: str, value: Any) -> list[Block]:
    if isinstance(value, bool):
        said = words.notes.NOTE_SAYS.get((name, value), "")
        return [word(said)] if said else []
    if name in words.notes.SEATS and not value:
        return [word(words.NONE)]
    if name == "stage":
        return [word(STAGE_LABEL.get(Stage(value), str(value)))] if value else []
    if name in _NAMED and value:
        return [word(_NAMED[name].get(str(value)) or cut(str(value), VALUE))]
    if isinstance(value, list | tuple):
        drawn = [_value(name, one) for one in value]
        return [run for i, runs in enumerate(drawn) for run in ([word("、")] if i else []) + runs]
    if value in (None, ""):
        return []
    return [who(str(value))] if name in words.notes.PEOPLE else [word(cut(str(value), VALUE))]


def who(by: str | None) -> Block:
    """Return a person as Slack shows them; the citizen and the system have words of their own."""
    if by and SLACK_ID.fullmatch(by):
        return person(by)
    return word(words.notes.WHO.get(by or "", by or words.NONE))


def _quotes(values: Mapping[str, Any], room: int) -> list[Block]:
    """Quote what the citizen wrote, or what goes to them, so that nobody thinks these words are ours."""
    said: Sequence[str] = values.get("words") or ([values["text"]] if values.get("text") else [])
    shown = cut("\n".join(said), room, words.CUT)
    return [
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [word(shown[at : at + PIECE])]}]}
        for at in range(0, len(shown), PIECE)
    ]
