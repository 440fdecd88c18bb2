"""The date of the hearing and its notes."""

from collections.abc import Mapping
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.hearing import hearing
from bot.desk.consultation.hearing.hearing import Wish
from bot.desk.record.moves import Action
from bot.desk.record.refusals import WrongFields, refuse
from bot.slack import words
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing.hearing import OPTIONS, SHOW, current, meet, notes
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners.actions import opens
from bot.slack.listeners.kinds import Body, Listener
from bot.when import TOKYO
from storage.models import MeetingState


async def arrange(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """ヒアリング日程: what can't be taken is said at its field."""
    memory, given = modals.remembered(view), modals.given(view)
    try:
        async with desk.change(press, Action.MEET) as session:
            await _arrange(session, modals.case_of(view), given, memory.get("seen"), press)
    except WrongFields as no:
        await ack(response_action="errors", errors=no.faults)
        return
    await ack()


async def write(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """記録を書く, from the card or from within a modal."""
    view = await desk.case(press, action["value"], Action.MEET)
    meeting = current(view)
    if meeting is None or meeting.state == MeetingState.PROPOSED:
        raise refuse("hearing_not_fixed")
    await ack()
    shown = client.views_push if "view" in body else client.views_open
    await shown(trigger_id=body["trigger_id"], view=notes(view))


async def keep_notes(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """記録を書く, submitted. All modals are closed, since one below would show an older state."""
    memory, given = modals.remembered(view), modals.given(view)
    async with desk.change(press, Action.MEET) as session:
        await hearing.write_notes(
            session,
            modals.case_of(view),
            text=given["text"],
            open_to_citizen=given.get("show") == SHOW,
            template=words.hearing.NOTES,
            seen=memory.get("seen"),
            by=press.by,
            now=press.now,
        )
    await ack(response_action="clear")


async def _arrange(
    session: AsyncSession, number: str, given: Mapping[str, str], seen: str | None, press: Press
) -> None:
    how, reason = given.get("how"), given.get("reason", "")
    if how == "cancel":
        await hearing.cancel(session, number, reason=reason, seen=seen, by=press.by, now=press.now)
        return
    times = {field: datetime.fromtimestamp(int(given[field]), TOKYO) for field in OPTIONS if given.get(field)}
    wish = Wish(times, given.get("place", ""), given.get("remark", ""), reason)
    do = hearing.propose if how == "propose" else hearing.agree
    await do(session, number, wish, seen=seen, by=press.by, now=press.now)


ACTIONS: dict[str, Listener] = {"case.meet": opens(Action.MEET, meet), "hearing.notes": write}
VIEWS: dict[str, Listener] = {"case.meet": arrange, "hearing.notes": keep_notes}
