"""The card of a case in the channel: what everybody sees, and the buttons of its stage. Pure."""

from collections.abc import Sequence
from typing import Protocol

from bot.cases.moves import Action, allowed
from bot.cases.sight import CaseView
from bot.slack import ballots, words
from bot.slack.ballots import Ballot
from bot.slack.blocks import (
    Block,
    actions,
    button,
    context,
    cut,
    divider,
    fields,
    header,
    person,
    rich,
    titled,
    word,
)
from bot.when import day
from storage.models import QUESTIONS

ANSWER = 400  # characters shown; with five of them, six hits and the buttons a card stays below 10,000
TITLE, SUMMARY, MATCH, MATCHES = 60, 80, 16, 4
HITS = 3  # of each kind
TWINS = 3
PRIMARY = {Action.CLAIM, Action.ADVANCE}


class Met(Protocol):
    """A word of the question and the word of the entry it met."""

    @property
    def word(self) -> str: ...
    @property
    def matched(self) -> str: ...
    @property
    def kind(self) -> str: ...


class Votes(Protocol):
    """How many of the staff found an entry useful, and how many wrong."""

    @property
    def useful(self) -> int: ...
    @property
    def wrong(self) -> int: ...


class Hit(Protocol):
    """An entry of the library that is alike, as it is shown; the library itself isn't this module's business."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def ward(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def band(self) -> str: ...
    @property
    def why(self) -> Sequence[Met]: ...
    @property
    def sample(self) -> bool: ...
    @property
    def votes(self) -> Votes | None: ...


class Twin(Protocol):
    """Another case that may be the same consultation."""

    @property
    def number(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def same_citizen(self) -> bool: ...


def case_card(view: CaseView, hits: Sequence[Hit], twins: Sequence[Twin] = ()) -> list[Block]:
    """Return the card: at most 50 blocks and fewer than 10,000 characters, whatever people wrote."""
    return [
        header(f"{words.STAGE[view.stage]}　{view.number}"),
        about(view),
        *([context(twin_line(twins))] if twins else []),
        team(view),
        *(titled(words.QUESTION[q], cut(view.answers[q] or words.NO_ANSWER, ANSWER, words.CUT)) for q in QUESTIONS),
        *([context(words.ATTACHED.format(count=len(view.attachments)))] if view.attachments else []),
        divider(),
        *similar(hits),
        buttons(view),
    ]


def fallback(view: CaseView) -> str:
    """Return what a notification shows: number, stage and ward, nothing of a person."""
    return words.CARD_FALLBACK.format(
        number=view.number, stage=words.STAGE[view.stage], ward=cut(view.ward or "", 20)
    ).strip()


def question_of(view: CaseView) -> str:
    """Return what the library is asked for a case: the five answers, a paragraph each."""
    return "\n\n".join(filter(None, (view.answers.get(q) for q in QUESTIONS)))


def twin_line(twins: Sequence[Twin]) -> str:
    """Name the cases that may be the same consultation: numbers and stages, none of their words."""
    named = [
        words.TWIN[twin.same_citizen].format(number=twin.number, stage=words.STAGE_BY_VALUE.get(twin.stage, twin.stage))
        for twin in twins[:TWINS]
    ]
    return words.TWINS.format(twins="、".join(named))


def about(view: CaseView) -> Block:
    """Where it is from, what it is about, who asks, and by when they hear from the centre."""
    who = "　".join(filter(None, (words.PARTY.get(view.party or "", view.party), view.name))) or words.NONE
    pairs = [
        (words.LABEL["ward"], view.ward or words.NONE),
        (words.LABEL["theme"], view.theme or words.NONE),
        (words.LABEL["party"], who),
        (words.LABEL["channel"], words.CHANNEL.get(view.channel, view.channel)),
        (words.LABEL["promised"], day(view.promised_by) if view.promised_by else words.NONE),
    ]
    return fields([(label, word(cut(value, TITLE))) for label, value in pairs])


def team(view: CaseView) -> Block:
    """Main, sub and city staff, or that they are still to be found."""
    seats = (("main", view.main), ("sub", view.sub), ("city_staff", view.city_staff))
    return fields([(words.LABEL[key], person(who) if who else word(words.NONE)) for key, who in seats])


def similar(hits: Sequence[Hit], each: int = HITS, about: str | None = None) -> list[Block]:
    """Return the alike cases and organisations, each with why it is alike.

    With the number of the case they are shown for (empty: none) each has its buttons 役に立った and 違う.
    """
    groups = (("case", words.SIMILAR_CASES), ("organisation", words.SIMILAR_ORGANISATIONS))
    found: list[Block] = []
    for kind, title in groups:
        if some := [hit for hit in hits if hit.kind == kind][:each]:
            found += [rich(word(title, bold=True)), *(block for hit in some for block in _shown(hit, about))]
    return found or [context(words.NO_SIMILAR)]


def _shown(hit: Hit, about: str | None) -> list[Block]:
    return [hit_block(hit)] + ([] if about is None else [ballots.row(Ballot(about, hit.kind, hit.id))])


def hit_block(hit: Hit) -> Block:
    """One hit: title, ward, how near, what it is, which words met, and what staff said of it."""
    mark = words.SAMPLE if hit.sample and not hit.title.startswith(words.SAMPLE) else ""
    runs = [word(f"{mark}{cut(hit.title, TITLE)}", bold=True)]
    runs += [word(f"（{cut(hit.ward, 20)}）")] if hit.ward else []
    runs += [word("　" + words.NEARNESS.format(band=hit.band))]
    runs += [word("\n" + cut(hit.summary, SUMMARY))] if hit.summary else []
    runs += [word("\n" + words.BECAUSE.format(why=why(hit)))] if hit.why else []
    if hit.votes is not None:
        runs += [word("\n" + words.VOTES.format(useful=hit.votes.useful, wrong=hit.votes.wrong))]
    return rich(*runs)


def why(hit: Hit) -> str:
    """Return which words of the question met which of the entry."""
    return "".join(map(_met, hit.why[:MATCHES]))


def _met(match: Met) -> str:
    said, matched, kind = (cut(text, MATCH) for text in (match.word, match.matched, match.kind))
    line = words.WHY if said == matched else words.WHY_OTHER
    return line.format(word=said, matched=matched, kind=kind)


def buttons(view: CaseView) -> Block:
    """The buttons of the stage, without those whose place is taken or empty."""
    hidden = {
        Action.CLAIM: view.main is not None,
        Action.JOIN: view.main is None or view.sub is not None,
        Action.RELEASE: view.main is None,
        Action.HAND_OVER: view.main is None,
    }
    able = set(allowed(view.stage))
    shown = [a for a in words.ACTION_ID if a in able and not hidden.get(a)]
    made = [_button(words.ACTION_ID[a], view.number, "primary" if a in PRIMARY else None) for a in shown]
    return actions(*made, _button("case.similar", view.number), _button("case.details", view.number))


def _button(action_id: str, number: str, style: str | None = None) -> Block:
    return button(words.BUTTON[action_id], action_id, number, style)
