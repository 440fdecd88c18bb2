"""The pack of what is known before the hearing. Pure."""

from collections.abc import Iterator, Sequence

from bot.desk.consultation.hearing.briefing import KEY, PARTS, Pack, looked_at
from bot.desk.record.sight import CaseView
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block, asks, checkboxes, context, cut, header, option, rich, text_input, word
from bot.slack.kit.hits import hit_block
from knowledge.hits import Hit
from storage.models import Organisation, Staff, Stage, WardFact

FIGURES, HITS, PEOPLE = 10, 5, 5
NAME, SOURCE = 40, 60  # characters of one value


def on_card(view: CaseView) -> list[Block]:
    """Return how much of it was looked at, while that matters."""
    if view.stage not in (Stage.HEARING, Stage.DIRECTION):
        return []
    said, ticked = words.briefing, looked_at(view.history)
    row = next((line for line in view.evidence if line.key == KEY), None)
    line = said.LEFT_OUT if row and row.waived else said.WRITTEN if row and row.text and not ticked else said.ON_CARD
    return [context(line.format(count=f"{len(ticked)}/{len(PARTS)}"))]


def pack(view: CaseView, known: Pack, hits: Sequence[Hit]) -> list[Block]:
    """Return the four parts, each saying plainly what is missing: fewer than 40 blocks and 10,000 characters."""
    said = words.briefing
    return [
        header(said.HEAD.format(number=view.number)),
        rich(word(said.PART_OF_WARD.format(ward=cut(known.ward or said.NO_WARD, NAME)), bold=True)),
        *_figures(known),
        *_alike("cases", [hit for hit in hits if hit.kind == "case"], said.NO_CASES),
        *_alike("organisations", [hit for hit in hits if hit.kind == "organisation"], said.NO_ORGANISATIONS),
        rich(word(said.HEADINGS["resources"], bold=True)),
        *_list(said.PEOPLE, [_person(*one) for one in known.people[:PEOPLE]], said.NO_PEOPLE),
        *_list(said.RESOURCES, [_resource(one) for one in known.resources], said.NO_RESOURCES),
        context(said.LOOKED_AT.format(parts="　".join(_ticks(looked_at(view.history))))),
    ]


def form(view: CaseView, known: Pack, hits: Sequence[Hit]) -> Block:
    """事前資料: the pack, four boxes to tick, and why one stays empty."""
    said, ticked = words.briefing, looked_at(view.history)
    boxes = checkboxes([option(label, part) for part, label in PARTS.items()], ticked)
    fields = [
        asks("ticked", said.TICKS_LABEL, boxes, optional=True, hint=said.TICKS_HINT),
        asks("reason", said.WHY_NOT_LABEL, text_input(lines=True), optional=True, hint=said.WHY_NOT_HINT),
    ]
    seen = "".join(part[0] for part in ticked)
    return modals.form(
        "case.briefing", "briefing", [*pack(view, known, hits), *fields], words.SAVE, case=view.number, seen=seen
    )


def seen_in(memory: object) -> list[str]:
    """Return the parts that were ticked when a modal was drawn."""
    return [part for part in PARTS if part[0] in str(memory or "")]


def _figures(known: Pack) -> Iterator[Block]:
    said = words.briefing
    if known.figures:
        yield rich(word("\n".join(map(_figure, known.figures[:FIGURES]))))
    else:
        yield context(said.NO_FIGURES)
    if known.missing:
        yield context(said.MISSING_FIGURES.format(names="、".join(known.missing)))
    if (more := len(known.figures) - FIGURES) > 0:
        yield context(said.MORE_FIGURES.format(count=more))
    if known.without_source:
        yield context(said.WITHOUT_SOURCE.format(count=known.without_source))


def _figure(fact: WardFact) -> str:
    shown = {name: cut(getattr(fact, name), NAME) for name in ("indicator", "value", "unit", "as_of")}
    return words.briefing.FIGURE.format(**shown, source=cut(fact.source, SOURCE))


def _alike(part: str, hits: Sequence[Hit], nothing: str) -> list[Block]:
    shown = [hit_block(hit) for hit in hits[:HITS]]
    return [rich(word(words.briefing.HEADINGS[part], bold=True)), *(shown or [context(nothing)])]


def _list(title: str, lines: Sequence[str], nothing: str) -> list[Block]:
    return [rich(word("\n".join((title, *lines))))] if lines else [context(nothing)]


def _person(one: Staff, knows: Sequence[str]) -> str:
    """A name without a mention: nobody is notified only because they know a ward."""
    named = "　".join(filter(None, (one.name or one.slack_id, one.affiliation)))
    return "・" + cut(named, SOURCE) + words.briefing.KNOWS.format(knows=cut("、".join(knows), NAME))


def _resource(one: Organisation) -> str:
    mark = words.hits.SAMPLE if one.sample and not one.name.startswith(words.hits.SAMPLE) else ""
    told = (mark + cut(one.name, NAME), cut(one.kind, NAME), cut(one.address, SOURCE), cut(one.url, SOURCE))
    return "・" + "　".join(filter(None, told))


def _ticks(ticked: Sequence[str]) -> list[str]:
    return [(words.PRESENT if part in ticked else words.MISSING).format(word=label) for part, label in PARTS.items()]
