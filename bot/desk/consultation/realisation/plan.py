"""④ 実施計画: tasks with who and by when; milestones are the ones the citizen sees."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation.realisation import cleaned, keep, listed, note, rewritten
from bot.desk.record import record, telling
from bot.desk.record.marks import mark, refuse_stale
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from bot.desk.record.telling import Phrase
from bot.phrases import phrase
from bot.when import TOKYO, day
from storage.models import Case, CaseEvent, Delivery, OutboxRow, PlanTask, Staff

State = Literal["open", "done", "dropped"]
SETTLES = timedelta(seconds=20)  # several milestones that are written within this time become one message


async def add(
    session: AsyncSession,
    number: str,
    *,
    title: str,
    owner: str,
    due_on: date,
    milestone: bool,
    by: str,
    now: datetime,
) -> PlanTask:
    """Put a task into the plan; a milestone is shown to the citizen."""
    case = await record.hold(session, number, Action.PLAN)
    title, owner = cleaned(title), cleaned(owner)
    if not title:
        raise refuse("task_without_title")
    _refuse_past(due_on, now)
    old = describe(await of(session, case), await _named(session, case))
    task = PlanTask(case_id=case.id or 0, title=title, owner=owner, due_on=due_on, milestone=milestone, by=by, at=now)
    session.add(task)
    await session.flush()
    words = {"title": title, "owner": owner}
    event = await note(session, case, Action.PLAN, by=by, now=now, after=_values(task), words=words)
    await _keep(session, case, old, by, now)
    await _tell_owner(session, case, event, task, now)
    if milestone:
        await _show(session, case, event, now)
    return task


async def change(
    session: AsyncSession,
    number: str,
    task_id: int,
    *,
    title: str,
    owner: str,
    due_on: date,
    milestone: bool,
    state: State,
    by: str,
    now: datetime,
    seen: str | None = None,
) -> PlanTask:
    """Change a task, or say that it is done or dropped. The citizen hears about changed milestones."""
    case = await record.hold(session, number, Action.PLAN)
    task = await _task(session, case, task_id)
    await refuse_stale(session, case, seen, mark(task), Action.PLAN)
    title, owner = cleaned(title), cleaned(owner)
    if not title:
        raise refuse("task_without_title")
    if due_on != task.due_on:
        _refuse_past(due_on, now)
    return await _apply(session, case, task, title, owner, due_on, milestone, state, by, now)


async def done(session: AsyncSession, number: str, task_id: int, *, by: str, now: datetime) -> PlanTask:
    """Say that a task is done; saying it again changes nothing."""
    case = await record.hold(session, number, Action.PLAN)
    task = await _task(session, case, task_id)
    return await _apply(session, case, task, task.title, task.owner, task.due_on, task.milestone, "done", by, now)


async def of(session: AsyncSession, case: Case) -> Sequence[PlanTask]:
    """Return the tasks of a case, the next one first; dropped ones are there too."""
    found = select(PlanTask).where(PlanTask.case_id == case.id).order_by(col(PlanTask.due_on), col(PlanTask.id))
    return (await session.exec(found)).all()


def milestones(tasks: Iterable[PlanTask]) -> list[PlanTask]:
    """Return what the citizen sees, the next one first."""
    shown = [task for task in tasks if task.milestone and task.dropped_at is None and task.title]
    return sorted(shown, key=lambda task: (task.due_on, task.id or 0))


def next_milestone(tasks: Iterable[PlanTask]) -> PlanTask | None:
    """Return the milestone that comes next."""
    return next((task for task in milestones(tasks) if task.done_at is None), None)


def state_of(task: PlanTask) -> State:
    """Tell what has become of a task."""
    return "dropped" if task.dropped_at else "done" if task.done_at else "open"


def read_state(given: str) -> State:
    """Return what was chosen as a state; anything else is open."""
    return "done" if given == "done" else "dropped" if given == "dropped" else "open"


def due(task: PlanTask) -> str:
    """Return the day a task is due as people read it."""
    return day(task.due_on)


def line(task: PlanTask) -> str:
    """Return a milestone as the citizen reads it: done, or due when."""
    if task.done_at:
        return phrase("plan_done", title=task.title)
    return phrase("plan_open", title=task.title, due=due(task))


def describe(tasks: Iterable[PlanTask], named: dict[str, str]) -> str:
    """Return the plan, a line a task: the evidence of the stage. `named` are the owners' names by Slack id."""
    kept = sorted((t for t in tasks if t.dropped_at is None and t.title), key=lambda t: (t.due_on, t.id or 0))
    return listed(["　".join(filter(None, [f"・{due(t)}", t.title, named.get(t.owner, t.owner)])) for t in kept])


async def _apply(
    session: AsyncSession,
    case: Case,
    task: PlanTask,
    title: str,
    owner: str,
    due_on: date,
    milestone: bool,
    state: State,
    by: str,
    now: datetime,
) -> PlanTask:
    old, was = describe(await of(session, case), await _named(session, case)), _values(task)
    words = rewritten("title", task.title, title) | rewritten("owner", task.owner, owner)
    task.title, task.owner, task.due_on, task.milestone = title, owner, due_on, milestone
    _becomes(task, state, now)
    after = _values(task)
    if was == after and not words:
        return task
    session.add(task)
    event = await note(session, case, Action.PLAN, by=by, now=now, before=was, after=after, words=words)
    await _keep(session, case, old, by, now)
    if "owner" in words:
        await _tell_owner(session, case, event, task, now)
    if (task.milestone or was["milestone"]) and was != after:
        await _show(session, case, event, now)
    return task


async def _tell_owner(session: AsyncSession, case: Case, event: CaseEvent, task: PlanTask, now: datetime) -> None:
    """A member of staff hears that a task is theirs; its words stay where an erasure finds them."""
    if await session.get(Staff, task.owner) is not None:
        await telling.people(session, case, event, "task_yours", now, [task.owner], due=due(task))


async def _keep(session: AsyncSession, case: Case, old: str, by: str, now: datetime) -> None:
    text = describe(await of(session, case), await _named(session, case))
    await keep(session, case, "plan", old, text, by=by, now=now)


async def _named(session: AsyncSession, case: Case) -> dict[str, str]:
    owners = {task.owner for task in await of(session, case)}
    rows = await session.exec(select(Staff).where(col(Staff.slack_id).in_(owners)))
    return {row.slack_id: row.name for row in rows.all()}


async def _show(session: AsyncSession, case: Case, event: CaseEvent, now: datetime) -> None:
    """Queue the milestones for the citizen, as they will be when sent. A message that still waits shows them, too."""
    waits = select(OutboxRow).where(
        OutboxRow.conv == f"line:{case.citizen_id}:news", OutboxRow.kind == Phrase.PLAN,
        OutboxRow.status == Delivery.NEW, col(OutboxRow.owner).is_(None), col(OutboxRow.first_try_at).is_(None),
    )  # fmt: skip
    rows = (await session.exec(waits.with_for_update(skip_locked=True))).all()
    if not any(row.payload.get("case") == case.id for row in rows):
        await telling.citizen(session, case, event, Phrase.PLAN, now + SETTLES, case=case.id)


def _values(task: PlanTask) -> dict[str, object]:
    """What the history keeps of a task beside its words."""
    due_on = task.due_on.isoformat()
    return {"task": task.id, "due_on": due_on, "milestone": task.milestone, "state": state_of(task)}


def _becomes(task: PlanTask, state: State, now: datetime) -> None:
    if state != state_of(task):
        task.done_at = now if state == "done" else None
        task.dropped_at = now if state == "dropped" else None


def _refuse_past(due_on: date, now: datetime) -> None:
    if due_on < now.astimezone(TOKYO).date():
        raise refuse("task_in_the_past")


async def _task(session: AsyncSession, case: Case, task_id: int) -> PlanTask:
    task = await session.get(PlanTask, task_id, populate_existing=True)
    if task is None or task.case_id != case.id:
        raise refuse("task_gone")
    return task
