"""The date of the hearing and its notes. Pure."""

from bot.desk.consultation.hearing import appointments
from bot.desk.consultation.hearing.briefing import KEY
from bot.desk.record.marks import mark
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import AGREED
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    Block,
    actions,
    asks,
    button,
    checkboxes,
    context,
    cut,
    datetime_picker,
    option,
    radio,
    section,
    text_input,
)
from bot.when import clock
from storage.models import Meeting, MeetingKind, MeetingState, Stage

OPTIONS = ("option1", "option2", "option3")
PLACE, SHOWN = 300, 40  # characters: taken, and shown on the card
SHOW = "show"


def current(view: CaseView) -> Meeting | None:
    """Return the newest hearing that isn't called off."""
    found = [m for m in view.work.meetings if m.kind == MeetingKind.HEARING and m.state != MeetingState.CANCELLED]
    return found[-1] if found else None


def on_card(view: CaseView) -> list[Block]:
    """Return what the card says of it, and the way to the notes once a date stands."""
    meeting = current(view)
    if meeting is None or view.stage not in (Stage.HEARING, Stage.DIRECTION):
        return []
    said = words.hearing
    if meeting.state == MeetingState.PROPOSED:
        return [context(said.OFFERED)]
    if meeting.state == MeetingState.HELD:
        held = said.HELD_AT.format(at=clock(meeting.starts_at)) if meeting.starts_at else said.HELD
        return [context(held), actions(notes_button(view.number, said.MEND_NOTES))]
    return [context(_fixed(said.FIXED, meeting)), actions(notes_button(view.number))]


def notes_button(number: str, label: str = "") -> Block:
    """記録を書く, or 記録を直す if there are notes already; the history keeps the old ones."""
    return button(label or words.BUTTON["hearing.notes"], "hearing.notes", number)


def meet(view: CaseView) -> Block:
    """ヒアリング日程: up to three times for the citizen, or the one that was agreed, and the way to the notes."""
    said, meeting = words.hearing, current(view)
    on_line = view.reach in AGREED
    place = meeting.place if meeting else ""
    blocks = [
        *_now(meeting, view.number),
        *([] if on_line else [section(said.NOT_ON_LINE)]),
        _how(meeting, on_line),
        *_times(on_line),
        asks("place", said.PLACE_LABEL, text_input(initial=place, most=PLACE), hint=said.PLACE_HINT),
        asks("remark", said.REMARK_LABEL, text_input(lines=True, most=1000), optional=True),
        _reason(view),
    ]
    return modals.form("case.meet", "meet", blocks, words.SAVE, case=view.number, seen=mark(meeting))


def notes(view: CaseView) -> Block:
    """記録を書く: a template to fill in, and whether the citizen may read it."""
    said, meeting = words.hearing, current(view)
    written = meeting.minutes if meeting else ""
    shown = checkboxes([option(said.SHOW, SHOW)], [SHOW] if meeting and meeting.open_to_citizen else [])
    blocks = [
        *([context(_fixed(said.NOW_FIXED, meeting))] if meeting and meeting.starts_at else []),
        *([context(said.CORRECTS)] if written else []),
        asks("text", said.NOTES_LABEL, text_input(lines=True, initial=written or said.NOTES)),
        *([asks("show", said.SHOW_LABEL, shown, optional=True, hint=said.SHOW_HINT)] if view.reach in AGREED else []),
    ]
    return modals.form("hearing.notes", "hearing_notes", blocks, words.SAVE, case=view.number, seen=mark(meeting))


def _now(meeting: Meeting | None, number: str) -> list[Block]:
    said = words.hearing
    if meeting is None:
        return []
    if meeting.state == MeetingState.PROPOSED:
        times = "、".join(map(clock, appointments.options(meeting)))
        return [section(said.NOW_OFFERED.format(times=times)), context(said.CHANGE_SENDS)]
    if meeting.state == MeetingState.HELD:
        return [section(said.NOW_HELD), actions(notes_button(number))]
    return [section(_fixed(said.NOW_FIXED, meeting, PLACE)), actions(notes_button(number)), context(said.CHANGE_SENDS)]


def _how(meeting: Meeting | None, on_line: bool) -> Block:
    said = words.hearing
    can = {"propose": on_line, "agree": True, "cancel": meeting is not None and meeting.state in appointments.LIVE}
    ways = [option(label, way) for way, label in said.HOW.items() if can[way]]
    return asks("how", said.HOW_LABEL, radio(ways, ways[0]["value"]), hint=said.HOW_HINT if on_line else "")


def _times(on_line: bool) -> list[Block]:
    said = words.hearing
    labels = [said.OPTION.format(n=n) for n in (1, 2, 3)] if on_line else [said.AGREED]
    hints = (said.OPTION_HINT, "", "")
    return [
        asks(field, label, datetime_picker(), optional=True, hint=hint)
        for field, label, hint in zip(OPTIONS, labels, hints, strict=False)
    ]


def _reason(view: CaseView) -> Block:
    said = words.hearing
    briefed = any(line.key == KEY and (line.text or line.waived) for line in view.evidence)
    label, hint = (said.CANCEL_LABEL, said.CANCEL_HINT) if briefed else (said.REASON_LABEL, said.REASON_HINT)
    return asks("reason", label, text_input(lines=True, most=1000), optional=True, hint=hint)


def _fixed(line: str, meeting: Meeting, most: int = SHOWN) -> str:
    at = clock(meeting.starts_at) if meeting.starts_at else words.NONE
    return line.format(at=at, place=cut(meeting.place, most)).strip()
