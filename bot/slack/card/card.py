"""The card of a case in the channel: what everybody sees, and the buttons of its stage. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.desk.record.correspondence import ANSWERS
from bot.desk.record.moves import KINDS, Action
from bot.desk.record.sight import CaseView
from bot.slack import words
from bot.slack.drawing import on_card
from bot.slack.drawing.staffing import as_of
from bot.slack.kit.blocks import (
    Block,
    actions,
    button,
    context,
    cut,
    divider,
    fields,
    header,
    person,
    titled,
    word,
)
from bot.slack.kit.hits import TITLE, similar
from bot.when import day
from knowledge.hits import Hit, Twin
from storage.models import QUESTIONS

ANSWER = 400  # characters shown; with five of them, six hits and the buttons a card stays below 10,000
TWINS = 3
PRIMARY = {Action.CLAIM, Action.ADVANCE}


def case_card(
    view: CaseView,
    hits: Sequence[Hit] | None,
    twins: Sequence[Twin] = (),
    *,
    now: datetime | None = None,
    away: Mapping[str, datetime] | None = None,
) -> list[Block]:
    """Return the card: at most 50 blocks and fewer than 10,000 characters, whatever people wrote.

    `now` and who is `away` until when say for how long nobody has taken it, and who acts for the main.
    No `hits` (None): what is alike isn't asked for here.
    """
    return [
        header(f"{view.stage_label}　{view.number}"),
        *(as_of(view, now, away or {}) if now else []),
        about(view),
        *([context(twin_line(twins))] if twins else []),
        team(view),
        *_answers(view),
        *([context(words.card.ATTACHED.format(count=len(view.attachments)))] if view.attachments else []),
        divider(),
        *on_card(view),
        *(similar(hits) if hits is not None else []),
        *buttons(view),
    ]


def _answers(view: CaseView) -> Iterator[Block]:
    """The five answers of a consultation; other kinds of record have none."""
    for question in QUESTIONS if view.kind == "case" else ():
        answer = view.answers[question] or words.card.NO_ANSWER
        yield titled(words.QUESTION[question], cut(answer, ANSWER, words.CUT))


def fallback(view: CaseView) -> str:
    """Return what a notification shows: number, stage and ward, nothing of a person."""
    return words.card.CARD_FALLBACK.format(
        number=view.number, stage=view.stage_label, ward=cut(view.ward or "", 20)
    ).strip()


def question_of(view: CaseView) -> str:
    """Return what the library is asked for a case: the five answers, a paragraph each."""
    return "\n\n".join(filter(None, (view.answers.get(q) for q in QUESTIONS)))


def twin_line(twins: Sequence[Twin]) -> str:
    """Name the cases that may be the same consultation: numbers and stages, none of their words."""
    return words.card.TWINS.format(twins="、".join(map(_twin, twins[:TWINS])))


def _twin(twin: Twin) -> str:
    stage = words.STAGE_BY_VALUE.get(twin.stage, twin.stage)
    return words.card.TWIN[twin.same_citizen].format(number=twin.number, stage=stage)


def about(view: CaseView) -> Block:
    """Where it is from, what it is about, who asks, and by when they hear from the centre."""
    who = "　".join(filter(None, (words.PARTY.get(view.party or "", view.party), view.name))) or words.NONE
    pairs = [
        (words.LABEL["ward"], view.ward or words.NONE),
        (words.LABEL["theme"], view.theme or words.NONE),
        (words.LABEL["party"], who),
        (words.LABEL["channel"], words.CHANNEL.get(view.channel, view.channel)),
        *([(words.LABEL["promised"], day(view.promised_by))] if view.promised_by and not _answered(view) else []),
    ]
    return fields([(label, word(cut(value, TITLE))) for label, value in pairs])


def _answered(view: CaseView) -> bool:
    """Whether the citizen has heard from a person: then the promise is kept, and says nothing any more."""
    return any(line.action in ANSWERS for line in view.history)


def team(view: CaseView) -> Block:
    """Main, sub and city staff, or that they are still to be found."""
    seats = (("main", view.main), ("sub", view.sub), ("city_staff", view.city_staff))
    return fields([(words.LABEL[key], person(who) if who else word(words.NONE)) for key, who in seats])


def buttons(view: CaseView) -> list[Block]:
    """The buttons of the stage, without those whose place is taken or empty; below, the stage's own work."""
    hidden = {
        Action.CLAIM: view.main is not None,
        Action.JOIN: view.main is None or view.sub is not None,
        Action.RELEASE: view.main is None,
        Action.HAND_OVER: view.main is None,
    }
    able = set(KINDS[view.kind].allowed(view.stage))
    shown = [a for a in words.card.ACTION_ID if a in able and not hidden.get(a)]
    made = [_button(words.card.ACTION_ID[a], view.number, "primary" if a in PRIMARY else None) for a in shown]
    if view.merged_into:
        able -= {Action.DRAFT, Action.PUBLISH}  # what it came to stands with the case it ended in
    work = [_button(words.card.WORK_ID[action], view.number) for action in words.card.WORK_ID if action in able]
    always = (_button("case.similar", view.number), _button("case.details", view.number))
    return [actions(*made, *always), *([actions(*work)] if work else [])]


def _button(action_id: str, number: str, style: str | None = None) -> Block:
    return button(words.BUTTON[action_id], action_id, number, style)
