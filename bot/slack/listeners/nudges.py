"""Reminders: what is pressed under one, and the plan of a case."""

from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.day import arrangements, nudges
from bot.desk.record import record
from bot.desk.record.moves import Action, move
from bot.desk.record.refusals import WrongFields
from bot.slack import words
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import nudges as drawing
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block, unescape
from bot.slack.listeners.answering import redraw, whisper
from bot.slack.listeners.kinds import Body, Listener
from bot.when import clock
from storage.models import Stage


async def done(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """対応した."""
    async with desk.change(press, Action.LOOK) as session:
        await arrangements.done(session, int(action["value"]), by=press.by, now=press.now)
    await ack()
    await _say(client, body, int(action["value"]), words.nudges.DONE)


async def later(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """あとで: in an hour, tomorrow, next week."""
    number, _, when = _chosen(action).partition(":")
    async with desk.change(press, Action.LOOK) as session:
        row = await arrangements.later(session, int(number), when, by=press.by, now=press.now)
    await ack()
    await _say(client, body, int(number), words.nudges.LATER_SAID.format(at=clock(row.due_at)))


async def mute(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """この案件では不要."""
    async with desk.change(press, Action.LOOK) as session:
        await arrangements.mute(session, int(action["value"]), by=press.by, now=press.now)
    await ack()
    await _say(client, body, int(action["value"]), words.nudges.MUTED)


async def rest(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """21〜65件目を見る: those that had no room in the message, with the same buttons."""
    async with desk.look(press) as session:
        items = await nudges.about(session, [int(id_) for id_ in str(action["value"]).split(",")], press.now)
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=drawing.rest(items))


async def show(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """お知らせの予定, as it is at this moment: what the next tick would plan is planned now."""
    async with desk.look(press, Action.NUDGE) as session:
        case = await record.get(session, action["value"])
        move(Stage(case.stage), Action.NUDGE)
    async with desk.db.transaction(accept=True) as session:
        await desk.plan(session, {case.id or 0}, press.now)
        coming = await nudges.coming(session, case.number, press.now)
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=drawing.plan(coming))


async def arrange(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """お知らせの予定, submitted: what is stopped, taken up again, moved; a time that can't be is said at its field."""
    given, number = modals.given(view), modals.case_of(view)
    stop, resume = drawing.stops(view, given)
    try:
        async with desk.change(press, Action.NUDGE) as session:
            await arrangements.arrange(
                session, number, stop=stop, resume=resume, move=drawing.moved(view, given), by=press.by, now=press.now
            )
    except WrongFields as no:
        await ack(response_action="errors", errors={f"{drawing.AT}{id_}": why for id_, why in no.faults.items()})
        return
    await ack()


def _chosen(action: Block) -> str:
    return str((action.get("selected_option") or {}).get("value") or action.get("value") or "")


async def _say(client: AsyncWebClient, body: dict[str, Any], nudge_id: int, text: str) -> None:
    """Replace the buttons by the answer. If that is impossible, tell at least the person."""
    if "view" in body:
        blocks = drawing.answered(unescape(body["view"]["blocks"]), nudge_id, text)
        await redraw(client, body, modals.again(body["view"]) | {"blocks": blocks})
        return
    sent, channel = body.get("message") or {}, (body.get("channel") or {}).get("id")
    if channel and sent.get("ts") and sent.get("blocks"):
        blocks = drawing.answered(unescape(sent["blocks"]), nudge_id, text)
        try:
            await client.chat_update(
                channel=channel, ts=sent["ts"], text=str(sent.get("text") or text), blocks=blocks, parse="none",
                link_names=False,
            )  # fmt: skip
            return
        except (SlackApiError, aiohttp.ClientError, TimeoutError):
            pass  # the change itself is done
    await whisper(client, body, text)


ACTIONS: dict[str, Listener] = {
    "case.nudges": show,
    **dict.fromkeys(drawing.RESTS, rest),
    "nudge.done": done,
    "nudge.later": later,
    "nudge.mute": mute,
}
VIEWS: dict[str, Listener] = {"case.nudges": arrange}
