"""The buttons of a card and of the details."""

from collections.abc import Callable

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.consultation import staffing
from bot.desk.consultation.intake import received
from bot.desk.record import sight
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.desk.team import seats
from bot.slack import words
from bot.slack.card.alike import alike
from bot.slack.card.details import details
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing.reception import refer
from bot.slack.kit import ballots, modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners import searching
from bot.slack.listeners.answering import answer, whisper
from bot.slack.listeners.kinds import Body, Listener
from bot.slack.listeners.voting import vote
from knowledge import votes


async def claim(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """担当する."""
    async with desk.change(press, Action.CLAIM) as session:
        case = await received.claim(session, action["value"], by=press.by, now=press.now)
    await ack()
    await whisper(client, body, words.CLAIMED.format(number=case.number))


async def join(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """サブで入る."""
    async with desk.change(press, Action.JOIN) as session:
        case = await staffing.join(session, action["value"], by=press.by, now=press.now)
    await ack()
    await whisper(client, body, words.JOINED.format(number=case.number))


def opens(wanted: Action, drawn: Callable[[CaseView], Block]) -> Listener:
    """Return the listener of a button that opens a modal, where the stage and the person's role allow it."""
    return opens_for(wanted, lambda view, _by: drawn(view))


def opens_for(wanted: Action, drawn: Callable[[CaseView, str], Block]) -> Listener:
    """The same, of a modal that looks different to different people."""

    async def listener(
        ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
    ) -> None:
        await ack()  # nothing is changed, so ack before reading; a refusal is shown to this person alone
        view = await desk.case(press, action["value"], wanted)
        modal = drawn(view, press.by)
        await client.views_open(trigger_id=body["trigger_id"], view=modal)

    return listener


async def show_details(
    ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """詳細."""
    await ack()
    async with desk.look(press) as session:
        view = await sight.view(session, action["value"])
    await client.views_open(trigger_id=body["trigger_id"], view=details(view))


async def turn_page(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """Another page of 詳細."""
    await ack()
    number, _, page = action["value"].partition(":")
    async with desk.look(press) as session:
        view = await sight.view(session, number)
    await client.views_update(view_id=body["view"]["id"], view=details(view, int(page)))


async def show_similar(
    ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """類似事例: a skeleton at once, since the trigger lives three seconds and a search may not."""
    await ack()
    async with desk.look(press) as session:
        view = await sight.view(session, action["value"])
        said = await votes.said(session, about=view.number, by=press.by)
    waiting = await searching.begin(client, body)
    hits = await alike(desk.library, view, each=10)
    found = ballots.ticked(modals.found(hits, view.number), said)
    await client.views_update(view_id=waiting, view=found)


async def outdated(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
    """A button this version doesn't know."""
    await answer(ack, client, body, words.OLD_BUTTON)


def _reply(view: CaseView, by: str) -> Block:
    if view.reach is Reach.NONE:
        raise refuse("reply_no_line")
    return modals.reply(view.number, seats.owner(view, by))


ACTIONS: dict[str, Listener] = {
    "case.claim": claim,
    "case.join": join,
    "case.staff": opens(Action.STAFF, lambda view: modals.staff(view.number)),
    "case.advance": opens(Action.ADVANCE, modals.advance),
    "case.reply": opens_for(Action.REPLY, _reply),
    "case.similar": show_similar,
    "case.details": show_details,
    "case.release": opens(Action.RELEASE, lambda view: modals.release(view.number)),
    "case.handover": opens(Action.HAND_OVER, lambda view: modals.hand_over(view.number)),
    "case.refer": opens(Action.REFER, refer),
    "case.close": opens(Action.CLOSE, modals.close),
    "details.previous": turn_page,
    "details.next": turn_page,
    ballots.USEFUL: vote,
    ballots.WRONG: vote,
}
