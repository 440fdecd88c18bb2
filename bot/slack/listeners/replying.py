"""What is said in a case's thread: only that it was said counts here, its words are not read."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.desk.talk import unseen
from bot.desk.team import staff
from bot.slack.door.desk import Desk, Press
from bot.slack.listeners.kinds import Listener

SAID = (None, "file_share", "thread_broadcast")  # subtypes of what a person says; the others are changes and notices


async def said(ack: AsyncAck, event: dict[str, Any], desk: Desk, press: Press) -> None:
    """Somebody writes in a thread: who thinks that the citizen reads it is told, with the button that reaches them."""
    await ack()
    thread = event.get("thread_ts")
    if not thread or event.get("bot_id") or event.get("subtype") not in SAID:
        return
    place = str(event.get("channel")), str(thread)
    async with desk.db.reading() as session:
        is_staff = await staff.role_of(session, press.by) is not None
        case = await unseen.waiting(session, *place) if is_staff else None
    if case is None:
        return
    async with desk.db.transaction() as session:
        await unseen.warn(session, case, *place, by=press.by, now=press.now)
    desk.courtesy.then(desk.wake)


EVENTS: dict[str, Listener] = {"message": said}
