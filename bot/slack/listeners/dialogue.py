"""④ the place for dialogue: its form, its minutes, and the answers of those who were asked."""

from contextlib import suppress
from datetime import datetime

import aiohttp
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.consultation.realisation import dialogue, invitations, minutes
from bot.desk.consultation.realisation.dialogue import Wanted
from bot.desk.consultation.realisation.invitations import CITIZEN, party
from bot.desk.record.moves import Action
from bot.desk.record.refusals import WrongFields, refuse
from bot.slack import words
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import dialogue as drawing
from bot.slack.kit import modals, notes
from bot.slack.kit.blocks import Block
from bot.slack.listeners.actions import opens
from bot.slack.listeners.answering import redraw, whisper
from bot.slack.listeners.kinds import Body, Listener
from bot.when import TOKYO, clock
from storage.models import Answer, Meeting

_MEANS = {action_id: answer for answer, action_id in drawing.BUTTONS.items()}


async def arrange(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """対話の場; what can't be taken is said at its field."""
    memory, given = modals.remembered(view), modals.given(view)
    answers = {k.removeprefix(drawing.ANSWERED): v for k, v in given.items() if k.startswith(drawing.ANSWERED)}
    try:
        async with desk.change(press, Action.DIALOGUE) as session:
            await dialogue.arrange(
                session,
                modals.case_of(view),
                _wanted(given),
                answers=answers,
                seen=memory.get("seen"),
                by=press.by,
                now=press.now,
            )
    except WrongFields as no:
        await ack(response_action="errors", errors=no.faults)
        return
    await ack()


async def cancel(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """取りやめる: everybody who was asked is told."""
    number, meeting_id, _ = _value(action)
    async with desk.change(press, Action.DIALOGUE) as session:
        meeting = await dialogue.cancel(session, number, meeting_id, by=press.by, now=press.now)
    await ack()
    when = clock(meeting.starts_at) if meeting.starts_at else ""
    await redraw(client, body, modals.notice(words.dialogue.CANCELLED.format(when=when)))


async def write(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """議事録, above the form."""
    number, meeting_id, _ = _value(action)
    view = await desk.case(press, number, Action.DIALOGUE)
    meeting = next((one for one in view.work.meetings if one.id == meeting_id), None)
    if meeting is None:
        raise refuse("dialogue_gone")
    await ack()
    await client.views_push(trigger_id=body["trigger_id"], view=drawing.minutes(view, meeting))


async def keep_minutes(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """議事録, written; the form beneath shows an older state, so all are closed."""
    memory, given = modals.remembered(view), modals.given(view)
    async with desk.change(press, Action.DIALOGUE) as session:
        await minutes.write(
            session,
            modals.case_of(view),
            int(memory.get("id") or 0),
            given["minutes"],
            to_plan=given["to_plan"] == drawing.YES,
            seen=memory.get("seen"),
            by=press.by,
            now=press.now,
        )
    await ack(response_action="clear")


async def answer(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """参加, 不参加 or 未定 under an invitation: whoever was asked may answer, member of staff or not."""
    number, meeting_id, stamp = _value(action)
    said = _MEANS[action["action_id"]]
    async with desk.guest(press) as session:
        meeting = await invitations.answer(
            session, number, meeting_id, said, stamp=stamp, by=press.by, now=press.now, cause=f"slack:{press.key}"
        )
    await ack()
    await _tick(client, body, number, meeting, said)
    await whisper(client, body, words.dialogue.HEARD.format(word=words.dialogue.ANSWER[said]))


async def _tick(client: AsyncWebClient, body: Body, number: str, meeting: Meeting, said: Answer) -> None:
    """Mark the answer on the invitation itself; where that can't be, it counts all the same."""
    ts, channel = (body.get("message") or {}).get("ts"), (body.get("channel") or {}).get("id")
    if not ts or not channel:
        return
    say = "dialogue_invited"
    text, blocks = notes.fallback(say, number), drawing.invitation(say, number, meeting, said)
    with suppress(SlackApiError, aiohttp.ClientError, TimeoutError):
        await client.chat_update(channel=channel, ts=ts, text=text, blocks=blocks)


def _wanted(given: dict[str, str]) -> Wanted:
    parties = [party(int(one)) for one in given.get("parties", "").split(",") if one]
    staff = [one for one in given.get("staff", "").split(",") if one]
    citizen = [CITIZEN] if given.get("citizen") == drawing.YES else []
    return Wanted(
        starts_at=datetime.fromtimestamp(int(given["starts"]), TOKYO),
        place=drawing.place_given(given["place"], given["detail"]),
        agenda=given["agenda"],
        invited=(*staff, *parties, *citizen),
    )


def _value(action: Block) -> tuple[str, int, str]:
    """Return case, meeting and time of a button; one of another version names no meeting."""
    number, meeting_id, stamp = (*str(action["value"]).split(":"), "", "")[:3]
    if not meeting_id.isdecimal():
        raise refuse("dialogue_gone")
    return number, int(meeting_id), stamp


ACTIONS: dict[str, Listener] = {
    "case.dialogue": opens(Action.DIALOGUE, drawing.form),
    "dialogue.minutes": write,
    "dialogue.cancel": cancel,
    **dict.fromkeys(_MEANS, answer),
}
VIEWS: dict[str, Listener] = {"case.dialogue": arrange, "dialogue.minutes": keep_minutes}
