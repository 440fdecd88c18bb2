"""① what is asked, merged, and attached to LINE later. Pure."""

from datetime import datetime

from bot.desk.consultation.intake.linking import BY_HAND, LIFE
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.desk.talk import questions
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    Block,
    actions,
    asks,
    button,
    checkboxes,
    context,
    option,
    pieces,
    section,
    select,
    text_input,
)
from bot.when import day
from storage.models import QUESTIONS, Stage

ABOUT, INTO, OTHER = "about", "into", "other"
DOOR = "refer.door"


def on_card(view: CaseView) -> list[Block]:
    """Return where a merged case goes on, and what the citizen is being asked."""
    if view.merged_into:
        return [context(words.reception.MERGED_INTO.format(number=view.merged_into))]
    about = questions.open_in(view.history)
    if about is None or view.stage is Stage.CLOSED:
        return []
    return [context(words.reception.ASK_OPEN.format(about=words.QUESTION.get(about, about)))]


def in_details(view: CaseView) -> list[Block]:
    """Return the button by which a citizen without LINE gets a code to join with."""
    by_hand = view.channel in BY_HAND and view.reach is Reach.NONE and view.stage is not Stage.CLOSED
    return [actions(button(words.BUTTON["case.link"], "case.link", view.number))] if by_hand else []


def ask(view: CaseView) -> Block:
    """不足を聞く, first step: about which of the five, and the words."""
    lacking = [q for q in QUESTIONS if not view.answers.get(q)]
    options = [_question(q, lacks=q in lacking) for q in (*lacking, *(q for q in QUESTIONS if q not in lacking))]
    fields = [
        asks(ABOUT, words.reception.ASK_ABOUT, select(options, words.CHOOSE)),
        asks(modals.TEXT, words.reception.ASK_TEXT, text_input(lines=True), hint=words.reception.ASK_HINT),
    ]
    return modals.form("case.ask", "ask", fields, words.replying.PREVIEW_NEXT, case=view.number)


def ask_preview(number: str, about: str, text: str) -> Block:
    """不足を聞く, second step: exactly what will be sent, in a field to correct it. Only this step sends."""
    shown = [section(piece) | {"block_id": f"{modals.PREVIEW}.{i}"} for i, piece in enumerate(pieces(text))]
    field = asks(modals.TEXT, words.replying.PREVIEW_EDIT, text_input(lines=True, initial=text))
    intro = context(words.reception.ASK_PREVIEW.format(number=number))
    seen = modals.digest(text)
    return modals.form("case.ask.send", "ask_preview", [intro, *shown, field], words.SEND, case=number, seen=seen,
                       id=about)  # fmt: skip


def refer(view: CaseView, chosen: str = "") -> Block:
    """他の窓口へ: some doors to begin from, and the words as the citizen reads them."""
    doors = {key: text for key, _, text in words.reception.DOORS}
    text = doors.get(chosen, "").format(ward=view.ward or words.reception.ANY_WARD)
    shown = [option(name, f"{view.number}:{key}") for key, name, _ in words.reception.DOORS]
    pick = select(shown, words.BUTTON[DOOR]) | {"action_id": DOOR}
    field = asks("door", words.modals.REFER_DOOR, text_input(lines=True, initial=text), hint=words.modals.REFER_HINT)
    # Slack keeps the text of a field it knows. Under another name it takes the new words.
    field["block_id"] = f"door~{chosen}" if chosen else "door"
    blocks = [{"type": "actions", "elements": [pick]}, field]
    return modals.form("case.refer", "refer", blocks, words.BUTTON["case.refer"], case=view.number)


def merge(number: str, twin: str = "") -> Block:
    """統合する: the case that goes on, and whether it is known to be from somebody else."""
    into = asks(INTO, words.reception.MERGE_INTO, text_input(initial=twin, most=20), hint=words.reception.MERGE_HINT)
    tick = checkboxes([option(words.reception.MERGE_TICK, "yes")])
    other = asks(OTHER, words.reception.MERGE_TICK_LABEL, tick, optional=True)
    return modals.form("case.merge", "merge", [into, other], words.BUTTON["case.merge"], case=number)


def _question(question: str, *, lacks: bool) -> Block:
    label = words.QUESTION[question]
    return option(words.reception.ASK_LACKS.format(question=label) if lacks else label, question)


def code_told(sentence: str, number: str, code: str, now: datetime) -> str:
    """Return what the person at the phone reads of a code: until when, and what to tell the citizen."""
    return sentence.format(number=number, code=code, until=day(now + LIFE))
