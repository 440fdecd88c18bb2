"""The two buttons under a hit: what they carry, and how they look once somebody has pressed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from bot.errors import Refused
from bot.slack import words
from bot.slack.kit.blocks import Block, actions, button, plain

USEFUL, WRONG = "match.useful", "match.wrong"
_CARRIED = str.maketrans({one: f"%{ord(one):02X}" for one in "%&<>"})  # Slack sends & < > back as entities


@dataclass(frozen=True)
class Ballot:
    """Which entry was shown, and for which case; no case is an empty number."""

    about: str
    kind: str
    entry_id: str


def row(ballot: Ballot) -> Block:
    """The buttons 役に立った and 違う."""
    value = f"{ballot.about}|{ballot.kind}|{ballot.entry_id.translate(_CARRIED)}"
    return actions(*(button(words.BUTTON[action_id], action_id, value) for action_id in (USEFUL, WRONG)))


def read(value: str) -> Ballot:
    """Return what a button carries; raises Refused for one of another version."""
    if value.count("|") < 2:
        raise Refused(words.OLD_BUTTON)
    about, kind, entry_id = value.split("|", 2)
    return Ballot(about, kind, unquote(entry_id))


def ticked(view: Block, said: Mapping[tuple[str, str], bool]) -> Block:
    """Return a modal with a tick on what the person said of each hit, by kind and id."""
    return view | {"blocks": [_ticked(block, said) for block in view["blocks"]]}


def _ticked(block: Block, said: Mapping[tuple[str, str], bool]) -> Block:
    if block["type"] != "actions":
        return block
    return block | {"elements": [_marked(element, said) for element in block["elements"]]}


def _marked(element: Block, said: Mapping[tuple[str, str], bool]) -> Block:
    ballot, name = read(element["value"]), words.BUTTON[element["action_id"]]
    chosen = said.get((ballot.kind, ballot.entry_id)) is (element["action_id"] == USEFUL)
    return element | {"text": plain(words.PRESENT.format(word=name) if chosen else name)}
