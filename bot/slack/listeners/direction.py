"""③ what is pressed and submitted for assessments and the hypothesis."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.consultation.direction import assessments, direction, hypotheses
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import direction as drawing
from bot.slack.drawing import hypotheses as versions
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners.actions import opens
from bot.slack.listeners.kinds import Body, Listener
from knowledge.language.blanks import has_words
from storage.models import Word


async def assess(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """見立てを書く: one's own."""
    view = await desk.case(press, action["value"], Action.ASSESS)
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=drawing.own(view, press.by))


async def assess_jointly(
    ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """合同の結論を書く: above one's own, so that nothing typed there is lost."""
    view = await desk.case(press, action["value"], Action.ASSESS)
    await ack()
    await client.views_push(trigger_id=body["trigger_id"], view=drawing.joint(view))


async def keep_own(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """自分の見立て."""
    given = drawing.judged(modals.given(view))
    async with desk.change(press, Action.ASSESS) as session:
        await assessments.assess(session, modals.case_of(view), given, by=press.by, now=press.now)
    await ack()


async def keep_joint(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """合同の結論: it closes the modal below too, which shows what was."""
    given = drawing.judged(modals.given(view), f"{assessments.JOINT}.")
    seen = modals.remembered(view).get("seen")
    async with desk.change(press, Action.ASSESS) as session:
        await assessments.conclude(session, modals.case_of(view), given, by=press.by, now=press.now, seen=seen)
    await ack(response_action="clear")


async def write(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """方向性の案, written: show the very words before they go."""
    text = modals.given(view).get(modals.TEXT, "")
    case = await desk.case(press, modals.case_of(view), Action.PROPOSE)
    if not has_words(text):
        raise refuse("hypothesis_empty")
    await ack(response_action="update", view=versions.preview(case, text, _version(view)))


async def send(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """方向性の案, seen: put it to the citizen; what was changed since is shown again first."""
    given, number = modals.given(view), modals.case_of(view)
    text = given.get(modals.TEXT) or modals.previewed(view)
    if modals.digest(text) != modals.remembered(view).get("seen"):
        case = await desk.case(press, number, Action.PROPOSE)
        await ack(response_action="update", view=versions.preview(case, text, _version(view)))
        return
    async with desk.change(press, Action.PROPOSE) as session:
        made = await hypotheses.propose(
            session, number, text, by=press.by, now=press.now, seen=_version(view), cause=f"slack:{press.key}"
        )
        if word := given.get(f"{versions.SAID}.word"):
            said = given.get(f"{versions.SAID}.words", "")
            await direction.note_word(session, number, Word(word), said, by=press.by, now=press.now, seen=made.version)
    await ack()


async def ask_word(ack: AsyncAck, action: Block, body: Body, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """相談者の答えを記録する: above the modal it is in, so that nothing typed there is lost."""
    view = await desk.case(press, action["value"], Action.PROPOSE)
    await ack()
    await client.views_push(trigger_id=body["trigger_id"], view=versions.heard(view))


async def keep_word(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """相談者の答え, as a coordinator heard it."""
    given = modals.given(view)
    word, said = Word(given[f"{versions.SAID}.word"]), given.get(f"{versions.SAID}.words", "")
    async with desk.change(press, Action.PROPOSE) as session:
        await direction.note_word(
            session, modals.case_of(view), word, said, by=press.by, now=press.now, seen=_version(view)
        )
    await ack(response_action="clear")


def _version(view: Block) -> int:
    found: Any = modals.remembered(view).get("id")
    return found if isinstance(found, int) else 0


ACTIONS: dict[str, Listener] = {
    "case.assess": assess,
    "assess.joint": assess_jointly,
    "case.propose": opens(Action.PROPOSE, versions.write),
    "propose.word": ask_word,
}
VIEWS: dict[str, Listener] = {
    "case.assess": keep_own,
    "case.assess.joint": keep_joint,
    "case.propose": write,
    "case.propose.send": send,
    "propose.word": keep_word,
}
