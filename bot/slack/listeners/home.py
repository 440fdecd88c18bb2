"""App Home, lists and figures."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import quota
from bot.desk.day import overview
from bot.desk.record import lines
from bot.desk.record.moves import Action
from bot.desk.team import staff
from bot.desk.team.staff import NotAllowed
from bot.slack import words
from bot.slack.card import lists
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import home as drawing
from bot.slack.kit.blocks import Block, button
from bot.slack.listeners.answering import whisper
from bot.slack.listeners.kinds import Body, Listener


async def opened(ack: AsyncAck, event: dict[str, Any], client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """Somebody opens the app: what awaits them, or who may look."""
    await ack()
    if event.get("tab", "home") != "home":
        return
    try:
        view = await _drawn(desk, press, 1)
    except NotAllowed as refused:
        view = drawing.closed(str(refused))
    await client.views_publish(user_id=press.by, view=view)


async def turn(ack: AsyncAck, action: Block, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """更新, まえ, つづき: the page as it is now."""
    view = await _drawn(desk, press, int(action["value"]))
    await ack()
    await client.views_publish(user_id=press.by, view=view)


async def more(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """さらに見る: the next part of a list, below the one before."""
    which, first, ward = action["value"].split(":", 2)
    async with desk.look(press) as session:
        only_ward = await staff.only_ward(session, press.by)
        found = await lines.lists(
            session, which, by=press.by, now=press.now, ward=ward, only_ward=only_ward, first=int(first),
            limit=lists.SHOWN,
        )  # fmt: skip
    await ack()
    await whisper(client, body, lists.title(which, ward), lists.cases(which, found, press.now, ward))


async def _drawn(desk: Desk, press: Press, page: int) -> Block:
    async with desk.look(press) as session:
        role = await staff.allow(session, press.by, Action.LOOK)
        view = await overview.home(session, press.by, role, press.now)
        stands = await quota.standing(session, press.now)
    away = [button(words.BUTTON["staff.away"], "staff.away", "home")]
    return drawing.home(view, page, stands, away)


ACTIONS: dict[str, Listener] = {"home.refresh": turn, "home.previous": turn, "home.next": turn, "list.more": more}
EVENTS: dict[str, Listener] = {"app_home_opened": opened}
