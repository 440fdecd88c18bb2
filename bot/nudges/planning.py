"""From facts to rows: a new fact gets a row, a fact that moved moves it, a fact that ended makes it void."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.unique import insert_new
from bot.desk.day.arrangements import MUTED, SKIPPED, void
from bot.nudges.calls import PAST, STALE, Key, Rules, Wanted, too_late, wanted
from bot.nudges.facts import Cases, Fact
from bot.tables.reminders import Rule
from storage.models import Delivery, Nudge, NudgeSetting, OutboxRow

GONE = "gone"  # why a row is void, beside what people do with it
UNFOLLOWED = "unfollowed"  # why one waits
BACK = (GONE, MUTED)  # a row that is void for these reasons comes back when a fact calls for it again
LATE = (PAST, STALE)  # and for these, when it turns out that it isn't late: the clock was wrong
UNIQUE = ("rule", "subject", "occurrence")
UNSAID: dict[str, Any] = {"status": Delivery.NEW, "reason": None, "done_at": None, "messages": []}


@dataclass
class Plan:
    """What must be changed in the table of reminders."""

    new: list[dict[str, Any]]
    changed: list[tuple[Nudge, dict[str, Any]]]  # rows that wait, and their new values
    back: list[tuple[Nudge, datetime]]  # void ones that are called for again, and when they are due
    ended: list[Nudge]  # already said, perhaps not yet sent: over, or stopped


async def plan(session: AsyncSession, rules: Rules, cases: Cases, now: datetime) -> int:
    """Make the rows of some cases (None: rows of no case) agree with the facts. Return how many changed."""
    calls = await wanted(session, rules, cases, now)
    rows = await stored(session, rules, cases, calls)
    made = compare(calls, rows, await muted(session, cases), rules, now)
    # Other replicas may plan or settle the same now, so a row is changed only if it is still as it was seen.
    await insert_new(session, Nudge, made.new, unique=UNIQUE)
    await _change(session, {row.id: values for row, values in made.changed}, Delivery.NEW)
    await _change(session, {row.id: {**UNSAID, "due_at": due} for row, due in made.back}, Delivery.CANCELLED)
    await take_back(session, made.ended, now)
    return len(made.new) + len(made.changed) + len(made.back)


async def stored(session: AsyncSession, rules: Rules, cases: Cases, calls: Collection[Key]) -> Sequence[Nudge]:
    """Return the rows to compare with what the facts call for, in the order in which they were made."""
    query = select(Nudge).where(col(Nudge.rule).in_(rules)).order_by(col(Nudge.occurrence))
    if cases is None:
        concerned = or_(col(Nudge.subject).in_({subject for _, subject in calls}), col(Nudge.status) == Delivery.NEW)
        query = query.where(col(Nudge.case_id).is_(None), concerned)
    else:
        query = query.where(col(Nudge.case_id).in_(cases))
    return (await session.exec(query.execution_options(populate_existing=True))).all()


async def _change(session: AsyncSession, changes: Mapping[int | None, dict[str, Any]], was: str) -> None:
    """Change rows that are still in the state they were seen in; one that is being settled elsewhere is left alone."""
    if not changes:
        return
    found = select(Nudge.id).where(col(Nudge.id).in_(changes), Nudge.status == was)
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for id_ in (await session.exec(found.with_for_update(skip_locked=True))).all():
        alike[tuple(changes[id_])].append({"id": id_, **changes[id_]})
    for rows in alike.values():  # together, for each set of columns
        await session.exec(update(Nudge), params=rows)


async def muted(session: AsyncSession, cases: Cases) -> set[tuple[int, str]]:
    """Return which rules aren't wanted for which cases."""
    if not cases:
        return set()
    found = select(NudgeSetting.case_id, NudgeSetting.rule)
    off = found.where(col(NudgeSetting.case_id).in_(cases), col(NudgeSetting.muted))
    return set((await session.exec(off)).all())


def compare(
    calls: Mapping[Key, Wanted],
    rows: Iterable[Nudge],
    silent: Collection[tuple[int, str]],
    rules: Rules,
    now: datetime,
) -> Plan:
    """Return what must change. Pure."""
    known: dict[Key, list[Nudge]] = defaultdict(list)
    for row in rows:
        if row.rule in rules:
            known[row.rule, row.subject].append(row)
    made = Plan([], [], [], [])
    for key, want in calls.items():
        is_silent = (_case_id(want.fact) or 0, want.rule.rule) in silent
        _bring(made, want, known.get(key, []), now, silent=is_silent)
    for key in known.keys() - calls.keys():
        _end(made, known[key], GONE, is_said=rules[key[0]].does is not None)  # asking ended the fact
    return made


def _end(made: Plan, rows: list[Nudge], reason: str, *, is_said: bool = False) -> None:
    """Make a waiting row void. A reminder that was queued a moment ago isn't sent, if it hasn't left."""
    if rows[-1].status == Delivery.NEW:
        made.changed.append((rows[-1], _void(reason)))
    if not is_said:
        made.ended += [row for row in rows[-2:] if row.status == Delivery.DONE and row.messages]


def _void(reason: str) -> dict[str, Any]:
    return {"status": Delivery.CANCELLED, "reason": reason}


async def take_back(session: AsyncSession, rows: Sequence[Nudge], now: datetime) -> None:
    """Take back a queued reminder whose fact has ended, unless it is being sent at this moment."""
    keys = {key: row for row in rows for key in row.messages}
    if not keys:
        return
    waiting = select(OutboxRow).where(col(OutboxRow.key).in_(keys), OutboxRow.status == Delivery.NEW)
    for message in (await session.exec(waiting.with_for_update(skip_locked=True))).all():
        ended = [row for row in rows if message.key in row.messages]
        if message.owner is not None:
            continue
        for row in ended:
            session.add(void(row, GONE, row.done_at))
        left = [id_ for id_ in message.payload.get("nudges", []) if id_ not in {row.id for row in ended}]
        message.payload = {**message.payload, "nudges": left}
        if not left and "agenda" not in message.payload:
            message.status, message.done_at = Delivery.CANCELLED, now
        session.add(message)
    await session.flush()


def _bring(made: Plan, want: Wanted, rows: list[Nudge], now: datetime, *, silent: bool) -> None:
    last = rows[-1] if rows else None
    if silent:
        if rows:
            _end(made, rows, MUTED)
        return
    if last is None:
        made.new.append(_row(want, 1, 1, want.due_at))
    elif last.status == Delivery.NEW:
        if values := _moved(last, want, now):
            made.changed.append((last, values))
    elif _same(last, want):
        _go_on(made, want, last, rows, now)
    elif _may_be_said(want.rule, rows):
        made.new.append(_row(want, last.occurrence + 1, 1, _not_at_once_again(want, last)))


def _not_at_once_again(want: Wanted, last: Nudge) -> datetime:
    """Wait a while with facts of no case: when somebody has seen to one entry, the next one isn't told at once."""
    if want.fact.case is None and last.status == Delivery.DONE and last.done_at is not None:
        return max(want.due_at, want.repeated(last.done_at))
    return want.due_at


def _go_on(made: Plan, want: Wanted, last: Nudge, rows: list[Nudge], now: datetime) -> None:
    """The fact still holds: say it again if the rule says so, unless somebody has seen to it."""
    cancelled = last.status == Delivery.CANCELLED
    if cancelled and (last.reason in BACK or (last.reason in LATE and too_late(last, want, now) is None)):
        own = last.round > 1 or last.moved_to is not None  # it waits for its own time
        made.back.append((last, last.due_at if own else want.due_at))
        return
    over = last.status == Delivery.DONE or last.reason == SKIPPED
    if over and _may_be_said(want.rule, rows) and (again := repetition(want, last)):
        made.new.append(again)


def repetition(want: Wanted, said: Nudge) -> dict[str, Any] | None:
    """Return the row by which a reminder that was said is said again, if its rule and the people want it so."""
    if said.done_at is None or said.handled_at is not None or said.round >= want.rule.times:
        return None
    if want.rule.at_most is not None and said.occurrence >= want.rule.at_most:
        return None
    return _row(want, said.occurrence + 1, said.round + 1, want.repeated(said.done_at))


def _may_be_said(rule: Rule, rows: list[Nudge]) -> bool:
    return rule.at_most is None or sum(row.status == Delivery.DONE for row in rows) < rule.at_most


def _moved(row: Nudge, want: Wanted, now: datetime) -> dict[str, Any]:
    """Return the values that make a waiting row agree with its fact. A moved fact drops a time set by a person."""
    new: dict[str, Any] = {"fact_at": want.fact.at, "to": want.to, "door": want.door}
    if not _same(row, want):
        again = want.fact.case is None and row.round > 1  # it was said not long ago: see _not_at_once_again
        due = max(want.due_at, row.due_at) if again else want.due_at
        new |= {"moved_to": None, "reason": None, "round": row.round if again else 1, "due_at": due}
    elif row.reason == UNFOLLOWED and want.fact.citizen is not None and want.fact.citizen.following:
        new |= {"reason": None, "due_at": min(row.due_at, want.timely(now))}  # the citizen, who had left, is back
    elif row.moved_to is None and row.reason is None and row.round == 1:
        new["due_at"] = want.due_at  # the table or the calendar was changed
    return {name: value for name, value in new.items() if getattr(row, name) != value}


def _same(row: Nudge, want: Wanted) -> bool:
    return row.fact_at is None or row.fact_at == want.fact.at


def _row(want: Wanted, occurrence: int, round_: int, due: datetime) -> dict[str, Any]:
    """A new row, every column of it."""
    return {
        "rule": want.rule.rule,
        "subject": want.fact.subject,
        "subject_id": want.fact.id,
        "case_id": _case_id(want.fact),
        "occurrence": occurrence,
        "round": round_,
        "to": want.to,
        "door": want.door,
        "fact_at": want.fact.at,
        "due_at": due,
        "moved_to": None,
        "status": Delivery.NEW,
        "reason": None,
        "messages": [],
        "late_seconds": None,
        "done_at": None,
        "handled_by": None,
        "handled_at": None,
    }


def _case_id(fact: Fact) -> int | None:
    return fact.case.id if fact.case else None
