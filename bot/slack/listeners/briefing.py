"""The pack of what is known before the hearing."""

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.consultation.hearing import briefing
from bot.desk.consultation.hearing.briefing import gather
from bot.desk.record import sight
from bot.desk.record.moves import Action, move
from bot.slack.card.alike import alike
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing.briefing import HITS, form, seen_in
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners import searching
from bot.slack.listeners.kinds import Body, Listener


async def show(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """事前資料: a skeleton at once, since the trigger lives three seconds and a search may not."""
    async with desk.look(press, Action.BRIEF) as session:
        view = await sight.view(session, action["value"])
        move(view.stage, Action.BRIEF)
        known = await gather(session, view)
    await ack()
    waiting = await searching.begin(client, body)
    hits = await alike(desk.library, view, HITS)
    await client.views_update(view_id=waiting, view=form(view, known, hits))


async def check(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """What of it was looked at."""
    given, memory = modals.given(view), modals.remembered(view)
    async with desk.change(press, Action.BRIEF) as session:
        await briefing.check(
            session,
            modals.case_of(view),
            ticked=given.get("ticked", "").split(","),
            seen=seen_in(memory.get("seen")),
            reason=given.get("reason", ""),
            by=press.by,
            now=press.now,
        )
    await ack()


ACTIONS: dict[str, Listener] = {"case.briefing": show}
VIEWS: dict[str, Listener] = {"case.briefing": check}
