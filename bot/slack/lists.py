"""Answers to the commands: what was found, lists of cases, counts. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.cases.sight import CaseLine
from bot.slack import words
from bot.slack.blocks import Block, button, context, cut, header, rich, section, word
from bot.slack.card import similar
from bot.slack.desk import Answer
from storage.models import Stage

NEAREST = 3  # of each kind
SHOWN = 20  # lines of a list: each has a button, and many small blocks are refused early


def results(typed: str, answers: Sequence[Answer]) -> list[Block]:
    """What is like the words typed, with why; or how they may have been meant, and what comes nearest."""
    hits = [hit for answer in answers for hit in answer.hits]
    is_known = any(answer.hits and not answer.meant for answer in answers)  # as typed, to one kind at least
    meant = dict.fromkeys(answer.meant for answer in answers if answer.meant and not is_known)
    head = [words.RESULTS.format(words=cut(typed, 100)), *(words.MEANT.format(words=cut(one, 100)) for one in meant)]
    if hits:
        return [context(*head), *similar(hits, each=8, about="")]
    elsewhere = any(answer.is_elsewhere for answer in answers)
    nearest = [hit for answer in answers if answer.is_elsewhere == elsewhere for hit in answer.nearest]
    near = [section(words.NEAREST[elsewhere]), *similar(nearest, each=NEAREST, about="")] if nearest else []
    return [context(*head), *([] if elsewhere else [section(words.NO_HITS)]), *near]


def cases(which: str, lines: Sequence[CaseLine], now: datetime) -> list[Block]:
    """A list of cases with a way into each."""
    if not lines:
        return [section(words.LIST_EMPTY[which])]
    more = len(lines) - SHOWN
    return [
        header(words.LIST_TITLE[which]),
        *(_line(line, now) for line in lines[:SHOWN]),
        *([context(words.LIST_MORE.format(count=more))] if more > 0 else []),
    ]


def stats(counts: Mapping[str, int]) -> list[Block]:
    """How many cases there are in each stage."""
    lines = [words.STATS_LINE.format(stage=words.STAGE[stage], count=counts.get(stage, 0)) for stage in Stage]
    return [rich(word(f"{words.STATS_TITLE}\n", bold=True), word("\n".join(lines)))]


def _line(line: CaseLine, now: datetime) -> Block:
    where = "　".join(filter(None, (line.number, words.STAGE[line.stage], line.ward, line.theme)))
    waited = words.LIST_WAITED.format(days=(now - line.last_at).days)
    return section(f"{where}　{waited}", button(words.BUTTON["case.details"], "case.details", line.number))
