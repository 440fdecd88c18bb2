"""① what is asked, merged, and attached to LINE later."""

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.consultation.intake import linking
from bot.desk.record import sight
from bot.desk.record.moves import Action
from bot.desk.record.numbers import read_number
from bot.desk.record.refusals import refuse
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.desk.talk import asking, merging
from bot.desk.team import staff
from bot.slack import words
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import reception as drawing
from bot.slack.kit import message, modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners import naming, searching
from bot.slack.listeners.actions import opens
from bot.slack.listeners.answering import redraw, whisper
from bot.slack.listeners.kinds import Body, Listener
from knowledge.language.blanks import has_words
from knowledge.language.wards import WARDS, WHOLE_CITY


async def take_in_message(ack: AsyncAck, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """案件にする, in a message's menu: its words are the overview to begin from."""
    chosen = body.get("message") or {}
    async with desk.look(press, Action.OPEN) as session:
        known = {one.slack_id: one.name for one in await staff.roster(session) if one.name}
    await ack()
    said = message.said(chosen, known | await naming.names(client, message.named(chosen) - set(known)))
    await client.views_open(trigger_id=body["trigger_id"], view=modals.intake((WHOLE_CITY, *WARDS), said))


async def link(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """LINEの番号を出す: another code for a case that came by phone, e-mail or at the counter."""
    async with desk.change(press, Action.OPEN) as session:
        code = await linking.make_code(session, action["value"], by=press.by, now=press.now)
    await ack()
    await whisper(client, body, drawing.code_told(words.reception.NEW_CODE, action["value"], code, press.now))


async def preview_question(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """不足を聞く, written: show the very words before they go."""
    given, number = modals.given(view), modals.case_of(view)
    await desk.case(press, number, Action.ASK)
    if not has_words(given.get(modals.TEXT, "")):
        raise refuse("reply_empty")
    shown = drawing.ask_preview(number, given.get(drawing.ABOUT, ""), given[modals.TEXT])
    await ack(response_action="update", view=shown)


async def send_question(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """不足を聞く, seen: send it; what was changed since is shown again first."""
    text, memory = modals.given(view).get(modals.TEXT) or modals.previewed(view), modals.remembered(view)
    about = str(memory.get("id", ""))
    if modals.digest(text) != memory.get("seen"):
        await ack(response_action="update", view=drawing.ask_preview(modals.case_of(view), about, text))
        return
    async with desk.change(press, Action.ASK) as session:
        cause = f"slack:{press.key}"
        await asking.ask(session, modals.case_of(view), about=about, text=text, by=press.by, now=press.now, cause=cause)
    await ack()


async def choose_door(
    ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """One of the doors, put into the text to be mended."""
    number, _, key = str((action.get("selected_option") or {}).get("value") or "").partition(":")
    async with desk.look(press, Action.REFER) as session:
        view = await sight.view(session, number)
    await ack()
    await redraw(client, body, drawing.refer(view, key))


async def open_merge(
    ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """統合する: a skeleton at once; the case that the card names as the same is looked up meanwhile."""
    view = await desk.case(press, action["value"], Action.MERGE)
    await ack()
    waiting = await searching.begin(client, body)
    twin = next((t.number for t in await desk.library.twins(view.number) if t.stage != "closed"), "")
    await client.views_update(view_id=waiting, view=drawing.merge(view.number, twin))


async def merge(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """統合する, submitted; the other case must be one the person may touch as well."""
    given = modals.given(view)
    into = read_number(given[drawing.INTO])
    async with desk.change(press, Action.MERGE) as session:
        await staff.allow(session, press.by, Action.MERGE, [into])
        other = given.get(drawing.OTHER) == "yes"
        await merging.merge(session, modals.case_of(view), into=into, other_citizen=other, by=press.by, now=press.now)
    await ack()


def _ask(view: CaseView) -> Block:
    if view.reach is Reach.NONE:
        raise refuse("reply_no_line")
    return drawing.ask(view)


ACTIONS: dict[str, Listener] = {
    "case.ask": opens(Action.ASK, _ask),
    "case.merge": open_merge,
    "case.link": link,
    drawing.DOOR: choose_door,
}
VIEWS: dict[str, Listener] = {
    "case.ask": preview_question,
    "case.ask.send": send_question,
    "case.merge": merge,
}
SHORTCUTS: dict[str, Listener] = {"intake.message": take_in_message}
