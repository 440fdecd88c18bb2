"""Asking people into one case, and what these guests press. Each press is checked; a guest may do nothing else."""

from collections.abc import Sequence

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.consultation import guests
from bot.desk.record import sight
from bot.desk.record.moves import Action
from bot.desk.team.staff import role_of
from bot.slack import words
from bot.slack.card.alike import published
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import guests as drawing
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners import searching
from bot.slack.listeners.actions import opens
from bot.slack.listeners.answering import redraw, whisper
from bot.slack.listeners.kinds import Body, Listener

PATIENCE = 1.5  # seconds a search may take before the rest is shown without it


async def invite(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """関係者を呼ぶ."""
    given = modals.given(view)
    async with desk.change(press, Action.INVITE) as session:
        await guests.invite(
            session,
            modals.case_of(view),
            guest=given["guest"],
            organisation=given["organisation"],
            asked=given["asked"],
            with_answers=bool(given.get("answers")),
            by=press.by,
            now=press.now,
        )
    await ack()


async def end(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """協力を終える: the modal shows who is still there."""
    number, _, guest = action["value"].partition(":")
    async with desk.change(press, Action.INVITE) as session:
        await guests.end(session, number, guest=guest, by=press.by, now=press.now)
        view = await sight.view(session, number)
    await ack()
    await redraw(client, body, drawing.invite(view))


async def look(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """資料を見る: a skeleton at once, since a search may take longer than the trigger lives."""
    async with desk.db.reading() as session:
        shown = await guests.pack(session, action["value"], press.by)
    await ack()
    waiting = await searching.begin(client, body)
    titles = await _titles(desk, shown.number)
    await client.views_update(view_id=waiting, view=drawing.pack_modal(shown, titles))


async def ask_opinion(
    ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """意見を書く."""
    async with desk.db.reading() as session:
        shown = await guests.pack(session, action["value"], press.by)
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=drawing.write(shown.number))


async def write(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """意見, written."""
    async with desk.guest(press) as session:
        text = modals.given(view).get(modals.TEXT, "")
        await guests.write(session, modals.case_of(view), text, by=press.by, now=press.now)
    await ack(response_action="update", view=modals.notice(words.guests.WROTE))


async def decline(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """辞退する."""
    async with desk.guest(press) as session:
        await guests.decline(session, action["value"], by=press.by, now=press.now)
    await ack()
    await whisper(client, body, words.guests.DECLINED)


async def shown_to_guest(desk: Desk, press: Press, typed: str) -> list[Block] | None:
    """Return the pack of a case for somebody who is its guest and no member of staff, else nothing."""
    async with desk.db.reading() as session:
        if await role_of(session, press.by) is not None or not await guests.is_guest(session, typed, press.by):
            return None
        shown = await guests.pack(session, typed, press.by)
    titles = await _titles(desk, shown.number)
    return [*drawing.pack(shown, titles, with_answers=False), drawing.buttons(shown.number)]


async def _titles(desk: Desk, number: str) -> Sequence[str]:
    async with desk.db.reading() as session:
        view = await sight.view(session, number)
    try:
        return [hit.title for hit in await searching.within(PATIENCE, published(desk.library, view))]
    except TimeoutError:
        return []


ACTIONS: dict[str, Listener] = {
    "case.invite": opens(Action.INVITE, drawing.invite),
    "guests.end": end,
    "guest.look": look,
    "guest.write": ask_opinion,
    "guest.decline": decline,
}
VIEWS: dict[str, Listener] = {"case.invite": invite, "guest.write": write}
