"""④ the parties; the plan is a module of its own."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation import stakeholders
from bot.desk.record import sight
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from bot.desk.record.sight import CaseView
from bot.slack.card.card import question_of
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import realisation as drawing
from bot.slack.kit import modals
from bot.slack.kit.blocks import OPTION, Block, option
from bot.slack.listeners import plan, searching
from bot.slack.listeners.kinds import Body, Listener
from knowledge.asking.question import Near
from knowledge.language.blanks import has_words
from knowledge.search import Library
from storage.models import StakeholderState

OFFERED = 20  # organisations


async def show(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """関係する主体: a skeleton at once; the library is asked for organisations that are alike."""
    view = await desk.case(press, action["value"], Action.STAKEHOLDERS)
    await ack()
    waiting = await searching.begin(client, body)
    shown = drawing.parties(view, await _organisations(desk.library, view))
    await client.views_update(view_id=waiting, view=shown)


async def keep(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """Add who was named, decide who carries it out, and show the list as it is then; nothing given closes it."""
    number, given = modals.case_of(view), drawing.given(view)
    if not any(has_words(value) for value in given.values()):
        await ack()
        return
    async with desk.change(press, Action.STAKEHOLDERS) as session:
        await _keep(session, number, given, press)
        shown = await sight.view(session, number)
    await ack(response_action="update", view=drawing.parties(shown, drawing.organisations_of(view)))


async def edit(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """変更 in a line of the list: one party, above the list."""
    number, _, party_id = action["value"].partition(":")
    view = await desk.case(press, number, Action.STAKEHOLDERS)
    one = next((party for party in view.work.stakeholders if str(party.id) == party_id), None)
    if one is None:
        raise refuse("party_gone")
    await ack()
    await client.views_push(trigger_id=body["trigger_id"], view=drawing.party(view, one))


async def change(ack: AsyncAck, view: Block, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """One party, written; the list beneath follows."""
    memory, given = modals.remembered(view), modals.given(view)
    number = modals.case_of(view)
    async with desk.change(press, Action.STAKEHOLDERS) as session:
        await stakeholders.change(
            session,
            number,
            int(memory.get("id") or 0),
            state=StakeholderState(given["state"]),
            role=given["role"],
            contact=given["contact"],
            remark=given["remark"],
            by=press.by,
            now=press.now,
            seen=memory.get("seen"),
        )
        shown = await sight.view(session, number)
    await ack()
    await plan.beneath(client, view, drawing.parties(shown, await _organisations(desk.library, shown)))


async def _keep(session: AsyncSession, number: str, given: dict[str, str], press: Press) -> None:
    who: dict[str, Any] = {"by": press.by, "now": press.now}
    if given.get("organisation"):
        await stakeholders.add(session, number, organisation_id=given["organisation"], **who)
    if has_words(given.get("name", "")):
        await stakeholders.add(session, number, name=given["name"], **who)
    chosen = [int(one) for one in given.get("body", "").split(",") if one]
    if chosen or has_words(given.get("written", "")):
        await stakeholders.decide_body(session, number, chosen, given.get("written", ""), **who)


async def _organisations(library: Library, view: CaseView) -> Sequence[Block]:
    """What the library has for this case that isn't on the list; an id too long for an option can't be offered."""
    near = Near(view.ward, view.theme, view.party)
    question = question_of(view)
    if not question:
        return []
    found = await library.answer(question, kind="organisation", limit=OFFERED, near=near, about=view.number)
    known = {party.organisation_id for party in view.work.stakeholders}
    return [option(hit.title, hit.id) for hit in found.hits if hit.id not in known and len(hit.id) <= OPTION]


ACTIONS: dict[str, Listener] = {"case.stakeholders": show, "party.edit": edit, **plan.ACTIONS}
VIEWS: dict[str, Listener] = {"case.stakeholders": keep, "party.edit": change, **plan.VIEWS}
