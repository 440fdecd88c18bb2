"""What was found, as it is shown: each hit with its band and its reasons."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.asking.explain import LOW, band, why
from knowledge.asking.named import by_name
from knowledge.asking.question import Question
from knowledge.asking.ranking import BY_NAME, Ranked
from knowledge.asking.reasons import Match
from knowledge.asking.wanted import Wanted
from knowledge.entries import Entry
from knowledge.votes import Tally

SAMPLE_MARK = "【見本】"
# How much it counts that all of a short question is met. Each of its words matters; no entry meets a whole long text.
# Tuned on the judged sets, see docs/search.md.
MOST, EACH = 0.6, 2.0
TIE = 0.03  # share of a hit's score by which votes can move it, at most
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
    """What is alike, best first; how the words may have been meant; and the nearest entries when nothing is alike."""

    hits: list[Hit]
    meant: str = ""
    nearest: list[Hit] = field(default_factory=list)
    is_elsewhere: bool = False  # the nearest entries, which only a filter keeps from being hits
    unknown: tuple[str, ...] = ()  # what was typed as a filter and names nothing (区:東京)


@dataclass(frozen=True)
class Twin:
    """Another case that may be the same consultation; `likeness` is 0 to 1."""

    number: str
    stage: str
    same_citizen: bool
    likeness: float


def explained(
    asked: Question,
    wanted: Sequence[Wanted],
    found: Sequence[tuple[Ranked, Entry]],
    votes: Mapping[str, Tally],
) -> tuple[list[Hit], list[Hit]]:
    """Return the hits that have a reason, and the entries that share neither a word nor a name."""
    hits: list[Hit] = []
    others: list[Hit] = []
    share = min(MOST, EACH / max(1, sum(item.is_own for item in wanted)))
    scored = []
    for one, entry in found:
        matches, coverage = why(asked.text, wanted, entry.fields)
        met = band(coverage)
        if one.name >= BY_NAME:
            named, near = by_name(asked, entry, one.name)
            if near != LOW or not matches:  # for a name that is hardly alike, the shared words explain more
                matches, met = named, near
            coverage = max(one.name, coverage)
        score = _voted(one.score * (1 - share + share * coverage), votes.get(entry.id))
        scored.append((score, hit_of(score, entry, matches, met, votes.get(entry.id))))
    for _, hit in sorted(scored, key=lambda pair: -pair[0]):
        (hits if hit.why else others).append(hit)
    return hits, others


def hit_of(score: float, entry: Entry, matches: list[Match], met: str, votes: Tally | None) -> Hit:
    """Return an entry as it is shown."""
    title = SAMPLE_MARK + entry.title if entry.sample else entry.title
    shown = round(min(1.0, score), 4)
    return Hit(entry.id, entry.kind, title, entry.ward, entry.summary, met, shown, matches, entry.sample, votes)


def _voted(score: float, votes: Tally | None) -> float:
    """Let votes decide between hits that are equally near, before scores are cut at 1 and many become equal."""
    if votes is None:
        return score
    here = 0 if votes.here is None else HERE if votes.here else -HERE
    return score * (1 + TIE * math.tanh((votes.useful - votes.wrong + here) / HERE))
