"""③ the direction put to the citizen: its line on the card, and the modals to write, see and send it. Pure."""

from collections.abc import Iterator

from bot.desk.consultation.direction import hypotheses
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import AGREED
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    Block,
    actions,
    asks,
    button,
    context,
    cut,
    header,
    option,
    pieces,
    radio,
    rich,
    section,
    text_input,
    word,
)
from bot.slack.kit.notes import who
from bot.when import day
from storage.models import Hypothesis, Word

WORDS = 80  # characters of the citizen's words on the card
VERSIONS, OLDER = 8, 600  # versions listed; characters of each but the newest
SAID = "said"  # the field with the citizen's answer, where a coordinator heard it


def on_card(view: CaseView) -> list[Block]:
    """Return the newest version and the citizen's word on it."""
    version = view.work.hypothesis
    if version is None:
        return []
    answer = hypotheses.label(version.answer) or words.direction.CARD_WAITING
    line = words.direction.CARD_VERSION.format(version=version.version, answer=answer)
    said = f"\n{cut(version.words, WORDS)}" if version.words else ""
    return [rich(word(line, bold=True), *([word(said)] if said else []))]


def write(view: CaseView) -> Block:
    """方向性の案, first step: write, with what was put to the citizen before."""
    version = view.work.hypothesis
    field = asks(modals.TEXT, words.direction.PROPOSE_LABEL, text_input(lines=True), hint=words.direction.PROPOSE_HINT)
    heard = [actions(button(words.BUTTON["propose.word"], "propose.word", view.number))] if version else []
    return modals.form(
        "case.propose",
        "propose",
        [context(_way(view)), field, *heard, *_earlier(view)],
        words.replying.PREVIEW_NEXT,
        case=view.number,
        id=version.version if version else 0,
    )


def preview(view: CaseView, text: str, version: int) -> Block:
    """方向性の案, second step: exactly what will be sent, in a field to correct it. Only this step sends."""
    shown = [section(piece) | {"block_id": f"{modals.PREVIEW}.{i}"} for i, piece in enumerate(pieces(text))]
    field = asks(modals.TEXT, words.replying.PREVIEW_EDIT, text_input(lines=True, initial=text))
    sends = view.reach in AGREED
    intro = context(words.direction.PREVIEW.format(version=version + 1), _way(view))
    return modals.form(
        "case.propose.send",
        "propose_preview",
        [intro, *shown, field, *([] if sends else _answer(optional=True))],
        words.SEND if sends else words.SAVE,
        case=view.number,
        seen=modals.digest(text),
        id=version,
    )


def heard(view: CaseView) -> Block:
    """相談者の答えを記録する: what a coordinator heard on the newest version."""
    version = view.work.hypothesis
    number = version.version if version else 0
    about = context(words.direction.ABOUT_VERSION.format(version=number))
    return modals.form(
        "propose.word", "propose_word", [about, *_answer(optional=False)], words.SAVE, case=view.number, id=number
    )


def _answer(*, optional: bool) -> list[Block]:
    choices = [option(hypotheses.label(answer), answer.value) for answer in Word]
    w = words.direction
    return [
        asks(f"{SAID}.word", w.WORD_LABEL, radio(choices), optional=optional),
        asks(f"{SAID}.words", w.WORDS_LABEL, text_input(lines=True), optional=True, hint=w.WORDS_HINT),
    ]


def _way(view: CaseView) -> str:
    on_line = view.reach in AGREED
    return words.direction.PROPOSE_BY_LINE if on_line else words.direction.PROPOSE_BY_PHONE


def _earlier(view: CaseView) -> Iterator[Block]:
    newest_first = view.work.hypotheses[::-1][:VERSIONS]
    if newest_first:
        yield header(words.direction.EARLIER)
    for version in newest_first:
        yield rich(
            word(words.direction.VERSION.format(version=version.version, at=day(version.at)), bold=True),
            who(version.by),
        )
        text = version.text if version is newest_first[0] else cut(version.text, OLDER, words.CUT)
        yield from (_quote(piece) for piece in pieces(text))
        yield rich(word(_answered(version)))
        yield from (_quote(piece) for piece in pieces(cut(version.words, OLDER, words.CUT)) if version.words)


def _answered(version: Hypothesis) -> str:
    if version.answer is None or version.answered_at is None:
        return words.direction.NO_ANSWER_YET
    return words.direction.ANSWER.format(answer=hypotheses.label(version.answer), at=day(version.answered_at))


def _quote(text: str) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [word(text)]}]}
