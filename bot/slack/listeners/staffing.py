"""Who takes a case: suggestions, absence."""

from datetime import datetime, time, timedelta

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.consultation import staffing
from bot.desk.record import record, sight
from bot.desk.record.moves import Action, move
from bot.desk.record.refusals import refuse
from bot.desk.team import absence, staff, suggestions
from bot.desk.team.staff import role_of
from bot.slack import words
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import staffing as drawing
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners.answering import whisper
from bot.slack.listeners.kinds import Body, Listener
from bot.when import TOKYO, day
from knowledge.language.blanks import trimmed
from knowledge.language.themes import OTHER, THEMES
from knowledge.language.wards import WARDS, WHOLE_CITY
from storage.models import Role, Staff

LEADS = (Role.LEAD, Role.ADMIN)


async def suggest(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """担当の候補."""
    async with desk.look(press, Action.ASSIGN) as session:
        case = await record.get(session, action["value"])
        view = await sight.view_of(session, case)
        move(view.stage, Action.ASSIGN)
        suggested = await suggestions.for_case(session, case, press.now)
        leads = await role_of(session, press.by) in LEADS
    await ack()
    shown = drawing.assign(view, suggested, by=press.by, leads=leads)
    await client.views_open(trigger_id=body["trigger_id"], view=shown)


async def assign(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """お願いする: a lead gives somebody the main's or sub's place."""
    number, _, person = action["value"].partition(":")
    seat = action["action_id"].rpartition(".")[2]
    async with desk.change(press, Action.ASSIGN) as session:
        await staffing.assign(session, number, to=person, seat=seat, by=press.by, now=press.now)
    await ack()
    await whisper(client, body, words.staffing.ASSIGNED.format(number=number, seat=words.LABEL[seat]))


async def recommend(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """推薦する: somebody is asked alone."""
    number, _, person = action["value"].partition(":")
    async with desk.change(press, Action.ASSIGN) as session:
        await suggestions.recommend(session, number, to=person, by=press.by, now=press.now)
    await ack()
    await whisper(client, body, words.staffing.RECOMMENDED)


async def open_decline(
    ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """辞退, under a recommendation."""
    async with desk.look(press, Action.CLAIM) as session:
        await record.get(session, action["value"])
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=drawing.decline(action["value"]))


async def decline(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """辞退, with why."""
    number, reason = modals.case_of(view), modals.given(view).get(drawing.REASON, "")
    async with desk.change(press, Action.CLAIM) as session:
        await suggestions.decline(session, number, reason=reason, by=press.by, now=press.now)
    await ack(response_action="update", view=modals.notice(words.staffing.DECLINED))


async def open_profile(ack: AsyncAck, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """自分の得意を登録: above whatever is open."""
    async with desk.look(press) as session:
        me = await session.get_one(Staff, press.by)
    await ack()
    mine = {drawing.WARDS: me.wards, drawing.THEMES: me.themes}
    shown = drawing.profile((WHOLE_CITY, *WARDS), (*THEMES, OTHER), mine, me.affiliation)
    await show(client, body, shown)


async def save_profile(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """One's own wards, themes and affiliation; what isn't one of ours isn't kept."""
    given = modals.given(view)
    wards = [ward for ward in given.get(drawing.WARDS, "").split(",") if ward in (WHOLE_CITY, *WARDS)]
    themes = [theme for theme in given.get(drawing.THEMES, "").split(",") if theme in (*THEMES, OTHER)]
    affiliation = trimmed(given.get(drawing.AFFILIATION, ""))
    async with desk.change(press, Action.LOOK) as session:
        await staff.describe(session, press.by, wards=wards, themes=themes, affiliation=affiliation)
    await ack(response_action="update", view=modals.notice(words.staffing.PROFILE_SAVED))


async def open_away(ack: AsyncAck, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """不在にする: with the last day, if one is known."""
    async with desk.look(press) as session:
        until = (await absence.away(session, [press.by], press.now)).get(press.by)
        leads = await role_of(session, press.by) in LEADS
    await ack()
    last = absence.last_day(until).astimezone(TOKYO).date().isoformat() if until else ""
    await show(client, body, drawing.away(last, leads=leads))


async def save_away(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """Away to the end of a day, or back; of somebody else by a lead."""
    given = modals.given(view)
    chosen, person = given.get(drawing.UNTIL, ""), given.get(drawing.WHO) or press.by
    last = datetime.combine(datetime.fromisoformat(chosen), time(), TOKYO) if chosen else None
    until = last + timedelta(days=1) if last else None
    async with desk.change(press, Action.LOOK) as session:
        if person != press.by and await role_of(session, press.by) not in LEADS:
            raise refuse("away_of_others")
        await absence.set_away(session, person, until, by=press.by, now=press.now)
    said = words.staffing.AWAY_SAVED.format(until=day(last)) if last else words.staffing.BACK_SAVED
    await ack(response_action="update", view=modals.notice(said))


async def show(client: AsyncWebClient, body: Body, view: Block) -> None:
    """Open a modal: above the one that the button was in, or by itself from a message or App Home."""
    if (body.get("view") or {}).get("type") == "modal":
        await client.views_push(trigger_id=body["trigger_id"], view=view)
    else:
        await client.views_open(trigger_id=body["trigger_id"], view=view)


ACTIONS: dict[str, Listener] = {
    "case.assign": suggest,
    "assign.main": assign,
    "assign.sub": assign,
    "assign.recommend": recommend,
    "assign.decline": open_decline,
    "staff.profile": open_profile,
    "staff.away": open_away,
}
VIEWS: dict[str, Listener] = {
    "assign.decline": decline,
    "staff.profile": save_profile,
    "staff.away": save_away,
}
