"""From a closed case to an entry of the library: what is pressed and submitted."""

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.publishing import agreement, publication, publishing
from bot.desk.record import record, sight
from bot.desk.record.moves import Action, move
from bot.desk.record.sight import CaseView
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import publication as drawing
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners.kinds import Body, Listener
from storage.models import Publication


async def open_draft(
    ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """事例の下書き; a case that was closed without one gets its draft now."""
    view = await desk.case(press, action["value"], Action.DRAFT)
    if view.work.publication is None:
        async with desk.change(press, Action.DRAFT) as session:
            await publication.opened(session, view.number, by=press.by, now=press.now)
            view, row = await _seen(session, view.number)
    else:
        async with desk.look(press, Action.DRAFT) as session:
            view, row = await _seen(session, view.number)
    async with desk.look(press, Action.DRAFT) as session:
        every = await publication.covered_in(session, await record.get(session, view.number))
    modal = drawing.draft(view, row, every)
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=modal)


async def save_draft(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """The draft as it was edited; what comes next shows the very text first."""
    fields, number = modals.given(view), modals.case_of(view)
    following = fields.get(drawing.NEXT, "save")
    async with desk.change(press, Action.DRAFT) as session:
        text, seen = drawing.written(fields), _digest(view)
        shows = drawing.kept(fields)
        await publication.save(session, number, text, seen=seen, shows=shows, by=press.by, now=press.now)
        if following in ("show", "consent"):
            await publication.hold_seen(session, number, Action.DRAFT, None)
        case, row = await _seen(session, number)
    if following == "save":
        await ack()
    else:
        await ack(response_action="update", view=_next(following, case, row))


async def show(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """相談者に見せて同意をもらう."""
    async with desk.change(press, Action.DRAFT) as session:
        await agreement.ask(session, modals.case_of(view), seen=_digest(view), by=press.by, now=press.now)
    await ack(response_action="clear")


async def note_consent(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """電話・書面の同意を記録する."""
    how = modals.given(view).get(drawing.HOW, "")
    async with desk.change(press, Action.DRAFT) as session:
        await agreement.note_consent(session, modals.case_of(view), how, seen=_digest(view), by=press.by, now=press.now)
    await ack(response_action="clear")


async def stop(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """公開をやめる, for a citizen who phoned."""
    how = modals.given(view).get(drawing.HOW, "")
    async with desk.change(press, Action.DRAFT) as session:
        await agreement.stop(session, modals.case_of(view), how, by=press.by, now=press.now)
    await ack(response_action="clear")


async def open_publish(
    ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """事例を公開する: the editor reads it once more."""
    async with desk.look(press, Action.PUBLISH) as session:
        view, row = await _seen(session, action["value"])
        move(view.stage, Action.PUBLISH)
        await publishing.refuse_early(session, await record.get(session, view.number), row, press.by)
    modal = drawing.publish(view, row)
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=modal)


async def publish(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """The editor's word."""
    async with desk.change(press, Action.PUBLISH) as session:
        await publishing.publish(
            session, modals.case_of(view), seen=_digest(view), site=desk.site, by=press.by, now=press.now
        )
    await ack()


async def _seen(session: AsyncSession, number: str) -> tuple[CaseView, Publication]:
    row = await publication.of(session, await record.get(session, number))
    return await sight.view(session, number), row


def _next(following: str, case: CaseView, row: Publication) -> Block:
    if following == "stop":
        return drawing.stop(case)
    return drawing.consent(case, row) if following == "consent" else drawing.show(case, row)


def _digest(view: Block) -> str:
    return str(modals.remembered(view).get("seen", ""))


ACTIONS: dict[str, Listener] = {"case.draft": open_draft, "case.publish": open_publish}
VIEWS: dict[str, Listener] = {
    "case.draft": save_draft,
    "case.draft.show": show,
    "case.draft.consent": note_consent,
    "case.draft.stop": stop,
    "case.publish": publish,
}
