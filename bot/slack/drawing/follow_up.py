"""⑤ when the centre asks how it goes, and what was answered: lines of the card, and two modals. Pure."""

from collections.abc import Iterator

from bot.desk.consultation.follow_up import check_ins, follow_up
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block, asks, checkboxes, cut, option, radio, rich, section, text_input, word
from bot.when import day
from storage.models import CheckIn, HowItGoes, Stage

WORDS, SAID = 80, 300  # characters of the citizen's words on the card, in the modal
ROWS = 10  # choices of a radio


def on_card(view: CaseView) -> list[Block]:
    """Return when the next asking is, and what the last answer was; after trouble also in ④."""
    if view.stage not in (Stage.FOLLOW_UP, Stage.REALISATION):
        return []
    rows = follow_up.current(view.work.check_ins)
    lines = [*(_next(rows) if view.stage is Stage.FOLLOW_UP else ()), *_last(rows)]
    return [rich(word("\n".join(lines)))] if lines else []


def check_in(view: CaseView) -> Block:
    """フォローの予定: what is planned, asked and answered; when to ask; an answer heard elsewhere."""
    rows = follow_up.current(view.work.check_ins)
    shown = rich(word("\n".join(_line(row, view) for row in rows) or words.follow_up.NONE_PLANNED))
    return modals.form("case.check_in", "check_in", [*_when(rows), shown, *_heard(rows)], words.SAVE, case=view.number)


def reopen(view: CaseView) -> Block:
    """④へ戻す: why."""
    sure = section(words.follow_up.REOPEN_SURE.format(number=view.number))
    reason = asks("reason", words.follow_up.REOPEN_REASON, text_input(lines=True))
    return modals.form("case.reopen", "reopen", [sure, reason], words.BUTTON["case.reopen"], case=view.number)


def _when(rows: list[CheckIn]) -> Iterator[Block]:
    w = words.follow_up
    months = ",".join(str(row.months) for row in rows if row.dropped_at is None)
    yield asks("months", w.MONTHS_LABEL, text_input(initial=months, most=60), optional=True, hint=w.MONTHS_HINT)
    yield asks("stop", w.STOP_LABEL, checkboxes([option(w.STOP_TICK, "stop")]), optional=True)


def _heard(rows: list[CheckIn]) -> Iterator[Block]:
    w = words.follow_up
    there = [row for row in rows if row.dropped_at is None][:ROWS]
    if not there:
        return
    first = next((row for row in there if row.answered_at is None), there[-1])
    which = [option(f"{row.months}か月後", str(row.id)) for row in there]
    answers = [option(check_ins.label(how), how.value) for how in HowItGoes]
    yield asks("how", w.HOW_LABEL, radio(answers), optional=True, hint=w.HOW_HINT)
    yield asks("which", w.WHICH_LABEL, radio(which, str(first.id)), optional=True)
    yield asks("words", w.WORDS_LABEL, text_input(lines=True, most=2000), optional=True)


def _line(row: CheckIn, view: CaseView) -> str:
    said = f"\n　{cut(row.words, SAID, words.CUT)}" if row.words else ""
    return words.follow_up.LINE.format(months=row.months, state=_state(row, view)) + said


def _state(row: CheckIn, view: CaseView) -> str:
    w = words.follow_up
    if row.answered_at:
        return w.ANSWERED.format(answer=check_ins.label(row.answer), at=day(row.answered_at))
    if row.dropped_at:
        return w.DROPPED
    if row.asked_at:
        return w.ASKED.format(at=day(row.asked_at))
    return (w.DUE if view.reach is Reach.LINE else w.DUE_BY_PHONE).format(at=day(row.due_at))


def _next(rows: list[CheckIn]) -> Iterator[str]:
    w = words.follow_up
    waiting = [row for row in rows if row.answered_at is None and row.dropped_at is None]
    asked = [row for row in waiting if row.asked_at]
    if asked and asked[-1].asked_at:
        yield w.CARD_ASKED.format(months=asked[-1].months, at=day(asked[-1].asked_at))
    planned = next((row for row in waiting if row.asked_at is None), None)
    if planned:
        yield w.CARD_NEXT.format(at=day(planned.due_at), months=planned.months)
    elif not asked:
        yield w.CARD_NONE


def _last(rows: list[CheckIn]) -> Iterator[str]:
    answered = [(row.answered_at, row) for row in rows if row.answered_at]
    if answered:
        at, row = max(answered, key=lambda pair: (pair[0], pair[1].months))
        said = f"　{cut(row.words, WORDS)}" if row.words else ""
        yield words.follow_up.CARD_LAST.format(answer=check_ins.label(row.answer), at=day(at)) + said
