"""④ the plan: its list, one more task, one that is done or changed."""

from datetime import date, datetime
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.consultation.realisation import minutes, plan
from bot.desk.record import sight
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from bot.desk.record.sight import CaseView
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import plan as drawing
from bot.slack.drawing.realisation import given
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners.answering import redraw
from bot.slack.listeners.kinds import Body, Listener
from knowledge.language.blanks import trimmed
from storage.models import PlanTask
from storage.models.words import SLACK_ID


async def show(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """実施計画."""
    view = await desk.case(press, action["value"], Action.PLAN)
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=_list(view, press.now))


async def add(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """One more task; the list shows it and asks for the next."""
    number, fields = modals.case_of(view), given(view)
    async with desk.change(press, Action.PLAN) as session:
        await plan.add(session, number, owner=fields["owner_name"] or fields["owner"], **_what(fields), **_who(press))
        shown = await sight.view(session, number)
    await ack(response_action="update", view=_list(shown, press.now))


async def done(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """済にする."""
    number, _, task_id = action["value"].partition(":")
    async with desk.change(press, Action.PLAN) as session:
        await plan.done(session, number, _id(task_id), by=press.by, now=press.now)
        shown = await sight.view(session, number)
    await ack()
    await redraw(client, body, _list(shown, press.now))


async def edit(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """変更する: one task, above the list."""
    number, _, task_id = action["value"].partition(":")
    view = await desk.case(press, number, Action.PLAN)
    one = _task(view, _id(task_id))
    await ack()
    await client.views_push(trigger_id=body["trigger_id"], view=drawing.task(view, one))


async def change(ack: AsyncAck, view: Block, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """One task, written; the list beneath follows."""
    memory, fields = modals.remembered(view), given(view)
    number, task_id = modals.case_of(view), int(memory.get("id") or 0)
    async with desk.change(press, Action.PLAN) as session:
        before = _task(await sight.view(session, number), task_id)
        await plan.change(
            session,
            number,
            task_id,
            owner=_owner(fields, before.owner),
            state=plan.read_state(fields["state"]),
            seen=memory.get("seen"),
            **_what(fields),
            **_who(press),
        )
        shown = await sight.view(session, number)
    await ack()
    await beneath(client, view, _list(shown, press.now))


async def beneath(client: AsyncWebClient, view: Block, shown: Block) -> None:
    """Draw the modal anew that lies under the one just submitted."""
    if view.get("previous_view_id"):
        await redraw(client, {"view": {"id": view["previous_view_id"]}}, shown)


def _list(view: CaseView, now: datetime) -> Block:
    return drawing.plan(view, minutes.due_on(now))


def _what(fields: dict[str, str]) -> dict[str, Any]:
    return {
        "title": fields["title"],
        "due_on": date.fromisoformat(fields["due"]),
        "milestone": fields["milestone"] == drawing.YES,
    }


def _who(press: Press) -> dict[str, Any]:
    return {"by": press.by, "now": press.now}


def _owner(fields: dict[str, str], before: str) -> str:
    """Return the change made in the two fields, the person first. If both were emptied, nobody is meant."""
    person, name = fields["owner"], _as_a_name(trimmed(fields["owner_name"]))
    if person and person != before:
        return person
    return name if name and name != before else before if before in (person, name) else ""


def _as_a_name(typed: str) -> str:
    """Mark a typed name that looks like the id of a Slack user (UNICEF): nobody must be called by it."""
    return f"「{typed}」" if SLACK_ID.fullmatch(typed) else typed


def _task(view: CaseView, task_id: int) -> PlanTask:
    found = next((one for one in view.work.tasks if one.id == task_id), None)
    if found is None:
        raise refuse("task_gone")
    return found


def _id(value: str) -> int:
    if not value.isdecimal():
        raise refuse("task_gone")
    return int(value)


ACTIONS: dict[str, Listener] = {"case.plan": show, "task.done": done, "task.edit": edit}
VIEWS: dict[str, Listener] = {"case.plan": add, "task.edit": change}
