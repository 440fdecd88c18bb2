"""Answers to the commands: what was found, lists of cases, counts. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.delivery.quota import Quota
from bot.desk.day.figures import Standing
from bot.desk.record.lines import Lines
from bot.desk.record.sight import CaseView
from bot.slack import words
from bot.slack.card.card import case_card
from bot.slack.card.timeline import timeline
from bot.slack.drawing.home import line, messages_on_line
from bot.slack.kit.blocks import Block, actions, button, context, cut, header, section, titled
from bot.slack.kit.hits import similar
from knowledge.hits import Answer
from storage.models import Stage

NEAREST = 3  # of each kind
UNKNOWN = 3  # filters that name nothing, of those that were typed
SHOWN = 20  # lines of a list: each has a button, and many small blocks are refused early
RANKED = 20  # wards or themes told one by one: the 18 wards, the whole city, and none


def results(typed: str, answers: Sequence[Answer]) -> list[Block]:
    """What is like the words typed, with why; or how they may have been meant, and what comes nearest."""
    hits = [hit for answer in answers for hit in answer.hits]
    is_known = any(answer.hits and not answer.meant for answer in answers)  # as typed, to one kind at least
    meant = dict.fromkeys(answer.meant for answer in answers if answer.meant and not is_known)
    head = [words.hits.RESULTS.format(words=cut(typed, 100))]
    head += [words.hits.MEANT.format(words=cut(one, 100)) for one in meant]
    unknown = dict.fromkeys(one for answer in answers for one in answer.unknown)
    head += [words.hits.UNKNOWN_FILTER.format(words=cut(one, 40)) for one in list(unknown)[:UNKNOWN]]
    if hits:
        return [context(*head), *similar(hits, each=8, about="")]
    elsewhere = any(answer.is_elsewhere for answer in answers)
    nearest = [hit for answer in answers if answer.is_elsewhere == elsewhere for hit in answer.nearest]
    near = [section(words.hits.NEAREST[elsewhere]), *similar(nearest, each=NEAREST, about="")] if nearest else []
    return [context(*head), *([] if elsewhere else [section(words.hits.NO_HITS)]), *near]


def cases(which: str, found: Lines, now: datetime, ward: str = "") -> list[Block]:
    """A part of a list of cases with a way into each, and a button for what follows."""
    if not found.lines:
        return [section(words.home.WARD_EMPTY.format(ward=ward) if ward else words.commands.LIST_EMPTY[which])]
    last = found.first + len(found.lines)
    part = words.home.LIST_PART.format(total=found.total, first=found.first + 1, last=last)
    more = button(words.BUTTON["list.more"], "list.more", f"{which}:{last}:{ward}")
    return [
        header(title(which, ward)),
        *(line(one, now) for one in found.lines),
        *([context(part)] if found.total > len(found.lines) else []),
        *([actions(more)] if found.total > last else []),
    ]


def one(view: CaseView, now: datetime | None = None, away: Mapping[str, datetime] | None = None) -> list[Block]:
    """A case by its number: into which it was merged, its card, and its history."""
    merged = [section(words.home.MERGED.format(number=view.merged_into))] if view.merged_into else []
    card = [*merged, *case_card(view, None, now=now, away=away)]
    return [*card, *timeline(view, card)]


def title(which: str, ward: str = "") -> str:
    """What a list is called."""
    return words.home.WARD_TITLE.format(ward=ward) if ward else words.commands.LIST_TITLE[which]


def stats(counts: Standing, quota: Quota) -> list[Block]:
    """How many cases there are by stage, ward and theme, how long things take, and how LINE's month stands."""
    w = words.home
    stages = [w.COUNT.format(label=words.STAGE[stage], count=counts.by_stage.get(stage, 0)) for stage in Stage]
    medians = [w.MEDIAN.format(label=w.FIRST_ANSWER, time=_hours(counts.first_answer))]
    medians += [w.MEDIAN.format(label=words.STAGE[s], time=_days(t)) for s, t in counts.per_stage.items()]
    tables = ((w.BY_STAGE, stages), (w.BY_WARD, _ranked(counts.by_ward)), (w.BY_THEME, _ranked(counts.by_theme)))
    return [
        header(w.STATS_FOR.format(ward=counts.ward) if counts.ward else w.STATS),
        *(titled(name, "\n".join(rows) or w.UNKNOWN) for name, rows in (*tables, (w.MEDIANS, medians))),
        context(messages_on_line(quota)),
        context(w.PICTURE_FOLLOWS),
    ]


def _ranked(counts: Mapping[str, int]) -> list[str]:
    """The biggest first, the small ones together."""
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    rest = sum(count for _, count in ranked[RANKED:])
    lines = [*ranked[:RANKED], *([(words.home.REST, rest)] if rest else [])]
    return [words.home.COUNT.format(label=cut(name or words.home.UNKNOWN, 30), count=count) for name, count in lines]


def _hours(time: timedelta | None) -> str:
    return words.home.HOURS.format(n=time / timedelta(hours=1)) if time is not None else words.home.NOT_YET


def _days(time: timedelta | None) -> str:
    return words.home.DAYS.format(n=time / timedelta(days=1)) if time is not None else words.home.NOT_YET
