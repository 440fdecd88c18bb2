"""What happened, as it was seen from outside the hub: at the doors of LINE, Slack and Rasa, and in the end."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

MARK = re.compile(r"\bm\d{5}\b")  # every event carries one: in its key and in its words


@dataclass(frozen=True)
class Event:
    """Something a person did once, and what must follow from it: each purpose once, for this owner."""

    mark: str
    owner: str  # the citizen's LINE id
    purposes: tuple[str, ...]


@dataclass(frozen=True)
class Sending:
    """One delivery of an event to the hub; `status` 0 means that no answer came."""

    mark: str
    began: float
    ended: float
    status: int


@dataclass(frozen=True)
class Effect:
    """Something that followed: a message on a screen, a line of a case's history, an answer kept."""

    purpose: str
    cause: str  # the event's mark
    owner: str  # whom it reached
    at: float  # its place in the order of its kind


@dataclass(frozen=True)
class Turn:
    """A message that Rasa was given and answered."""

    mark: str
    owner: str
    began: float
    ended: float


@dataclass(frozen=True)
class Call:
    """An attempt to send one message; `key` is the message's own. `wait`: seconds it was told to wait."""

    hub: str
    key: str
    at: float
    wait: float = 0.0


@dataclass(frozen=True)
class Row:
    """A row of a box at the end."""

    box: str
    key: str
    status: str
    order: int
    told: bool = False  # the staff was told that it died


@dataclass(frozen=True)
class Line:
    """A line of a case's history: what it says was changed."""

    case: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class History:
    """Everything the checker looks at."""

    events: dict[str, Event] = field(default_factory=dict)
    sendings: list[Sending] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    jumps: list[tuple[str, float]] = field(default_factory=list)  # whose clock was set under it, and when
    posts: list[str] = field(default_factory=list)  # the key of every Slack message that appeared
    talk: list[tuple[str, str]] = field(default_factory=list)  # to whom, and "turn", "holding" or "news"
    rows: list[Row] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)  # number: what the case says of itself
    written: dict[str, str] = field(default_factory=dict)  # where nobody's words may stand: its name, its text
    canaries: tuple[str, ...] = ()
    unwell: list[str] = field(default_factory=list)  # hubs that did not answer as they should in the end
    injected: Counter[str] = field(default_factory=Counter)  # what was broken on purpose, and how often

    def answered(self, mark: str) -> bool:
        """Whether the event's answer is on the citizen's screen."""
        return any(e.cause == mark and e.purpose == "answer" for e in self.effects)

    def accepted(self) -> dict[str, tuple[float, float]]:
        """When each event was first sent, and first answered with 200; what never was is no promise."""
        began: dict[str, float] = {}
        kept: dict[str, tuple[float, float]] = {}
        for sending in sorted(self.sendings, key=lambda s: s.ended):
            began[sending.mark] = min(sending.began, began.get(sending.mark, sending.began))
            if sending.status == 200 and sending.mark not in kept:
                kept[sending.mark] = (began[sending.mark], sending.ended)
        return kept
