"""What the library found, as it is shown: on cards, in modals, beside commands. Pure."""

from collections.abc import Sequence

from bot.slack import words
from bot.slack.kit import ballots
from bot.slack.kit.ballots import Ballot
from bot.slack.kit.blocks import Block, context, cut, rich, word
from knowledge.asking.reasons import EVERYDAY, Match
from knowledge.hits import Hit

TITLE, SUMMARY, MATCH, MATCHES = 60, 80, 16, 4
HITS = 3  # of each kind


def similar(hits: Sequence[Hit], each: int = HITS, about: str | None = None) -> list[Block]:
    """Return the alike cases and organisations, each with why it is alike.

    With the number of the case they are shown for (empty: none) each has its buttons 役に立った and 違う.
    """
    groups = (("case", words.hits.SIMILAR_CASES), ("organisation", words.hits.SIMILAR_ORGANISATIONS))
    found: list[Block] = []
    for kind, title in groups:
        if some := [hit for hit in hits if hit.kind == kind][:each]:
            found += [rich(word(title, bold=True)), *(block for hit in some for block in _shown(hit, about))]
    return found or [context(words.hits.NO_SIMILAR)]


def _shown(hit: Hit, about: str | None) -> list[Block]:
    return [hit_block(hit)] + ([] if about is None else [ballots.row(Ballot(about, hit.kind, hit.id))])


def hit_block(hit: Hit) -> Block:
    """One hit: title, ward, how near, what it is, which words met, and what staff said of it."""
    mark = words.hits.SAMPLE if hit.sample and not hit.title.startswith(words.hits.SAMPLE) else ""
    runs = [word(f"{mark}{cut(hit.title, TITLE)}", bold=True)]
    runs += [word(f"（{cut(hit.ward, 20)}）")] if hit.ward else []
    runs += [word("　" + words.hits.NEARNESS.format(band=hit.band))]
    runs += [word("\n" + cut(hit.summary, SUMMARY))] if hit.summary else []
    runs += [word("\n" + words.hits.BECAUSE.format(why=why(hit)))] if hit.why else []
    if hit.votes is not None:
        runs += [word("\n" + words.hits.VOTES.format(useful=hit.votes.useful, wrong=hit.votes.wrong))]
    return rich(*runs)


def why(hit: Hit) -> str:
    """Return which words of the question met which of the entry."""
    return "".join(map(_met, hit.why[:MATCHES]))


def _met(match: Match) -> str:
    if match.kind == EVERYDAY:
        return words.hits.WHY_EVERYDAY
    said, matched, kind = (cut(text, MATCH) for text in (match.word, match.matched, match.kind))
    line = words.hits.WHY if said == matched else words.hits.WHY_OTHER
    return line.format(word=said, matched=matched, kind=kind)
