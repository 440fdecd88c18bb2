"""④ the plan: its tasks as a list with buttons, a field for the next, and one of them. Pure."""

from collections.abc import Sequence
from datetime import date

from bot.desk.consultation.realisation.plan import due, state_of
from bot.desk.record.marks import mark
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.slack import words
from bot.slack.drawing.realisation import fresh
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    Block,
    actions,
    asks,
    button,
    checkboxes,
    context,
    cut,
    date_picker,
    divider,
    option,
    radio,
    rich,
    text_input,
    user_select,
    word,
)
from bot.slack.kit.notes import who
from storage.models import PlanTask

LINES = 40  # tasks, two blocks each
YES = "yes"
LONG = 200
_W = words.realisation


def plan(view: CaseView, earliest: date) -> Block:
    """実施計画: the open tasks and what is done, with their buttons, and the fields of one more."""
    tasks = _sorted(view.work.tasks)
    rows = [block for task in tasks[:LINES] for block in _task(view.number, task)]
    more = [context(_W.MORE_LINES.format(count=len(tasks) - LINES))] if len(tasks) > LINES else []
    unreached = [context(_W.UNREACHED)] if view.reach is not Reach.LINE else []
    fields = [
        asks(fresh("title", view), _W.TASK_LABEL, text_input(most=LONG)),
        *_owner(view, "", ""),
        asks(fresh("due", view), _W.DUE_LABEL, date_picker(earliest.isoformat())),
        _milestone(view, shown=False),
    ]
    blocks = [*(rows or [context(_W.NO_TASKS)]), *more, *unreached, divider(), *fields]
    return modals.form("case.plan", "plan", blocks, _W.NEW_TASK, case=view.number)


def task(view: CaseView, one: PlanTask) -> Block:
    """One task: what, who, by when, and what has become of it."""
    known = who(one.owner)["type"] == "user"
    states = [option(label, state) for state, label in _W.TASK_STATE.items()]
    blocks = [
        asks(fresh("title", view), _W.TASK_LABEL, text_input(initial=one.title, most=LONG)),
        *_owner(view, one.owner if known else "", "" if known else one.owner),
        asks(fresh("due", view), _W.DUE_LABEL, date_picker(one.due_on.isoformat())),
        _milestone(view, shown=one.milestone),
        asks(fresh("state", view), _W.TASK_STATE_LABEL, radio(states, state_of(one))),
    ]
    return modals.form("task.edit", "task", blocks, _W.SAVE, case=view.number, id=one.id, seen=mark(one))


def _owner(view: CaseView, person: str, name: str) -> list[Block]:
    staff = user_select(words.CHOOSE) | ({"initial_user": person} if person else {})
    return [
        asks(fresh("owner", view), _W.OWNER_LABEL, staff, optional=True),
        asks(fresh("owner_name", view), _W.OWNER_NAME_LABEL, text_input(initial=name, most=100), optional=True),
    ]


def _milestone(view: CaseView, *, shown: bool) -> Block:
    tick = checkboxes([option(_W.SHOW_CITIZEN, YES)], [YES] if shown else [])
    return asks(fresh("milestone", view), _W.MILESTONE_LABEL, tick, optional=True, hint=_W.MILESTONE_HINT)


def _sorted(tasks: Sequence[PlanTask]) -> list[PlanTask]:
    kept = [one for one in tasks if state_of(one) != "dropped"]
    return sorted(kept, key=lambda one: (state_of(one) == "done", one.due_on, one.id or 0))


def _task(number: str, one: PlanTask) -> list[Block]:
    line = _W.DONE_LINE if one.done_at else _W.OPEN_LINE
    runs = [word(line.format(title=cut(one.title, LONG) or words.NONE), bold=not one.done_at)]
    runs += [word(f"　{_W.DUE_IS.format(due=due(one))}")]
    runs += [word(f"　{_W.OWNER_IS}"), who(cut(one.owner, LONG))] if one.owner else []
    runs += [word(f"　{_W.MILESTONE}")] if one.milestone else []
    names = ("task.edit",) if one.done_at else ("task.done", "task.edit")
    return [rich(*runs), actions(*(button(words.BUTTON[name], name, f"{number}:{one.id}") for name in names))]
