"""What was found, as it is shown: each hit with its band and its reasons."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge import names
from knowledge.asking import READING, SAME, SPELLING, Wanted
from knowledge.entries import Entry
from knowledge.explain import Match, band, why
from knowledge.question import Question
from knowledge.ranking import Ranked
from knowledge.votes import Tally

SAMPLE_MARK = "【見本】"
BY_NAME = 0.6  # from here on the name alone explains an organisation
TIE = 0.03  # of its score: so much votes can move a hit past its neighbours, and no more
HERE = 3  # what a vote for this very case counts


@dataclass(frozen=True)
class Hit:
    """One entry that is alike, and why; a sample's title says 【見本】."""

    id: str
    kind: str
    title: str
    ward: str
    summary: str
    band: str
    score: float
    why: list[Match]
    sample: bool = False
    votes: Tally | None = None


@dataclass(frozen=True)
class Answer:
    """What is alike, best first; how the words may have been meant; and when nothing is, what comes nearest."""

    hits: list[Hit]
    meant: str = ""
    nearest: list[Hit] = field(default_factory=list)


def explained(
    asked: Question,
    wanted: Sequence[Wanted],
    found: Sequence[tuple[Ranked, Entry]],
    votes: Mapping[str, Tally],
) -> tuple[list[Hit], list[Hit]]:
    """Return the hits that have a reason, and the entries that share neither a word nor a name."""
    hits: list[Hit] = []
    others: list[Hit] = []
    for one, entry in found:
        matches, coverage = why(asked.text, wanted, entry.fields)
        if one.name >= BY_NAME:
            matches, coverage = [_by_name(asked, entry)], max(one.name, coverage)
        hit = _voted(_hit(one, entry, matches, coverage), votes.get(entry.id))
        (hits if matches else others).append(hit)
    return hits, others


def _hit(one: Ranked, entry: Entry, matches: list[Match], coverage: float) -> Hit:
    title = SAMPLE_MARK + entry.title if entry.sample else entry.title
    score = round(min(1.0, one.score), 4)
    return Hit(entry.id, entry.kind, title, entry.ward, entry.summary, band(coverage), score, matches, entry.sample)


def _voted(hit: Hit, votes: Tally | None) -> Hit:
    """Let votes decide between hits that are as near as each other."""
    if votes is None:
        return hit
    here = 0 if votes.here is None else HERE if votes.here else -HERE
    moved = hit.score * (1 + TIE * math.tanh((votes.useful - votes.wrong + here) / HERE))
    return replace(hit, score=round(min(1.0, moved), 4), votes=votes)


def _by_name(asked: Question, entry: Entry) -> Match:
    form = names.folded(asked.text)
    near = entry.names[int(names.likenesses(form, [names.folded(name) for name in entry.names]).argmax())]
    label = next((name for name, text in entry.fields.items() if near in text), "名称")
    if names.folded(near) != form:
        return Match(asked.text, near, SPELLING, label)
    return Match(asked.text, near, READING if label == "よみ" else SAME, label)
