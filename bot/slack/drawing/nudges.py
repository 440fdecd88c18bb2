"""Reminders: the message that collects them, and the plan of a case. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from bot.desk.day.agenda import Agenda, Item
from bot.desk.day.nudges import About, Coming
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
    header,
    modal,
    option,
    rich,
    section,
    select,
    word,
)
from bot.tables.reminders import Offset, Rule
from bot.when import clock, day

MOST = 20  # reminders of one message: its fifty blocks hold them, the day and a row of buttons
REST = 45  # of a modal of a hundred blocks
RESTS = tuple(f"nudge.rest.{n}" for n in range(25))  # the buttons of a row, each of another name
LINES = 10  # of each part of the day
PLANNED = 80  # reminders of a plan
TITLE = 80
GROUP = 10  # boxes of one element
BLOCK = "nudge."  # block id of a reminder's buttons
AT, STOP = "at.", "stop."


def message(items: Sequence[About], agenda: Agenda | None, now: datetime) -> tuple[str, list[Block]]:
    """Return the message of one person: today's things first, then each reminder with its buttons."""
    w = words.nudges
    blocks = [*(_today(agenda, now) if agenda is not None else []), *_items(items[:MOST]), *_rest(items)]
    text = w.FALLBACK.format(count=len(items)) if items else w.FALLBACK_TODAY
    return text, blocks or [section(w.NOTHING_TODAY)]


def rest(items: Sequence[About]) -> Block:
    """The reminders of a message that had no room in it."""
    return modal("nudges_rest", words.TITLE["nudges_rest"], list(_items(items)), close=words.CLOSE)


def said(about: About) -> str:
    """Return what a reminder says to staff."""
    rule, w = about.rule, words.nudges
    values: dict[str, object] = {
        "number": about.number,
        "stage": about.stage,
        "at": clock(about.at) if about.at else "",
        "day": day(about.at) if about.at else "",
        "days": about.days,
        "title": cut(about.title, TITLE),
        "what": rule.what if rule else "",
    }
    if rule is not None and rule.door == "line":
        return str(w.INSTEAD.format_map(values))
    return str(w.ITEM.get(rule.words if rule else "", "{what}").format_map(values))


def answered(blocks: Sequence[Block], nudge_id: int, text: str) -> list[Block]:
    """Return a message with a reminder's buttons replaced by what was said to it."""
    mark = f"{BLOCK}{nudge_id}"
    return [context(text) | {"block_id": mark} if block.get("block_id") == mark else block for block in blocks]


def plan(coming: Coming) -> Block:
    """お知らせの予定: what will come, when and why; each can be moved to another time, each rule stopped."""
    w = words.nudges
    intro = w.PLAN_INTRO if coming.waiting else w.NONE_PLANNED
    silent = [] if coming.on_line else [context(w.NOT_ON_LINE)]
    blocks = [section(intro), *silent, *(_planned(one) for one in coming.waiting[:PLANNED])]
    if len(coming.waiting) > PLANNED:
        blocks.append(context(w.MORE_PLANNED.format(count=len(coming.waiting) - PLANNED)))
    return modals.form("case.nudges", "nudges", [*blocks, *_stops(coming)], words.SAVE, case=coming.number)


def moved(view: Block, given: Mapping[str, str]) -> dict[int, datetime]:
    """Return the times that were changed, by the reminder's id."""
    shown = {b["block_id"]: str(b["element"].get("initial_date_time", "")) for b in _inputs(view, AT)}
    chosen = {key: given.get(key, "") for key in shown}
    changed = {key: new for key, new in chosen.items() if new and new != shown[key]}
    return {int(key.removeprefix(AT)): datetime.fromtimestamp(int(new), UTC) for key, new in changed.items()}


def stops(view: Block, given: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return which rules were ticked and which unticked since the modal was drawn."""
    before = {one["value"] for b in _inputs(view, STOP) for one in b["element"].get("initial_options", [])}
    after = {name for b in _inputs(view, STOP) for name in given.get(b["block_id"], "").split(",") if name}
    return sorted(after - before), sorted(before - after)


def when(rule: Rule) -> str:
    """Return when a rule's reminder is due, in words: 受付から開館時間で2時間."""
    w, since = words.nudges, words.nudges.SINCE[rule.of]
    if rule.before is not None:
        return w.BEFORE.format(since=since, length=length(rule.before))
    if rule.after is None or rule.after.amount == 0:
        return w.AT.format(since=since)
    return w.AFTER.format(since=since, length=length(rule.after))


def why(rule: Rule) -> str:
    """Return when it comes and how often."""
    if rule.repeat is None:
        return when(rule)
    gap = rule.repeat.every
    every = words.nudges.EVERY[gap.unit].format(length=length(gap), n=f"{gap.amount:g}")
    often = words.nudges.REPEAT.format(every=every, times=rule.repeat.times)
    return f"{when(rule)}、{often}"


def length(offset: Offset) -> str:
    """Return a length of time in words."""
    return words.nudges.UNIT[offset.unit].format(n=f"{offset.amount:g}")


def whom(to: str) -> str:
    """Return whom a reminder is for, in words."""
    return "・".join(words.nudges.TO.get(name, name) for name in to.split(","))


def _rest(items: Sequence[About]) -> Iterator[Block]:
    """A button for each part of those that have no room in the message, which opens them with their own buttons."""
    parts = [(at, items[at : at + REST]) for at in range(MOST, len(items), REST)][: len(RESTS)]
    buttons = [
        button(words.nudges.REST.format(first=at + 1, last=at + len(part)), action, _ids(part))
        for action, (at, part) in zip(RESTS, parts, strict=False)
    ]
    if buttons:
        yield actions(*buttons)


def _ids(items: Sequence[About]) -> str:
    return ",".join(str(about.nudge.id) for about in items)


def _items(items: Sequence[About]) -> Iterator[Block]:
    for about in items:
        yield rich(*([word(f"{about.number}　", bold=True)] if about.number else []), word(said(about)))
        yield _answers(about)


def _answers(about: About) -> Block:
    w, nudge = words.nudges, about.nudge
    if nudge.handled_at is not None:
        return context(w.DONE) | {"block_id": f"{BLOCK}{nudge.id}"}
    later = select([option(text, f"{nudge.id}:{key}") for key, text in w.LATER.items()], w.LATER_LABEL)
    made = [button(w.BUTTON["nudge.done"], "nudge.done", str(nudge.id)), later | {"action_id": "nudge.later"}]
    if nudge.case_id is not None:
        made.append(button(w.BUTTON["nudge.mute"], "nudge.mute", str(nudge.id)))
    return actions(*made) | {"block_id": f"{BLOCK}{nudge.id}"}


def _today(agenda: Agenda, now: datetime) -> Iterator[Block]:
    w = words.nudges
    yield header(w.TODAY.format(day=day(now)))
    parts = ((w.PROMISED, agenda.promised, True), (w.MEETINGS, agenda.meetings, True), (w.TASKS, agenda.tasks, False))
    for title, items, hour in parts:
        if items:
            lines = [_line(item, hour) for item in items[:LINES]]
            rest = [w.MORE.format(count=len(items) - LINES)] if len(items) > LINES else []
            yield rich(word(f"{title}\n", bold=True), word("\n".join([*lines, *rest])))
    if not agenda:
        yield section(w.NOTHING_TODAY)


def _line(item: Item, hour: bool) -> str:
    at = clock(item.at) if hour else day(item.at)
    return words.nudges.AGENDA_LINE.format(number=item.number, at=at, about=cut(item.about, TITLE)).strip()


def _planned(about: About) -> Block:
    w, nudge, rule = words.nudges, about.nudge, about.rule
    hint = w.PLANNED_HINT.format(
        at=clock(nudge.due_at),
        to=whom(nudge.to),
        door=w.DOOR.get(nudge.door, nudge.door),
        why=why(rule) if rule else "",
    )
    title = f"：{cut(about.title, TITLE)}" if about.title else ""
    label = (rule.what if rule else nudge.rule) + title
    picked = datetime_picker(int(nudge.due_at.timestamp()))
    return asks(f"{AT}{nudge.id}", label, picked, optional=True, hint=hint)


def _stops(coming: Coming) -> Iterator[Block]:
    rules = {one.rule.rule: one.rule for one in coming.waiting if one.rule} | {r.rule: r for r in coming.stopped}
    off = {rule.rule for rule in coming.stopped}
    shown = list(rules.values())
    for n in range(0, len(shown), GROUP):
        boxes = checkboxes([option(rule.what, rule.rule) for rule in shown[n : n + GROUP]], sorted(off))
        yield asks(f"{STOP}{n // GROUP}", words.nudges.STOP_LABEL, boxes, optional=True)


def _inputs(view: Block, start: str) -> list[Block]:
    return [block for block in view.get("blocks") or [] if str(block.get("block_id", "")).startswith(start)]
