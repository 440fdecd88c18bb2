"""What is submitted in the modals."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.consultation import advance as advancing
from bot.desk.consultation.intake import by_hand, linking, received
from bot.desk.consultation.publishing import closing
from bot.desk.record import record
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from bot.desk.talk import talk
from bot.desk.team import seats, team
from bot.slack import words
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import reception as drawing
from bot.slack.kit import choosing, modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners.kinds import Listener
from knowledge.language.blanks import has_words


async def write_reply(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """市民へ返信, submitted: show exactly what will be sent."""
    number, given = modals.case_of(view), modals.given(view)
    async with desk.look(press, Action.REPLY) as session:
        case = await record.get(session, number)
    text = modals.written(given)
    if not has_words(text):
        raise refuse("reply_empty")
    files = choosing.files(view)
    if wrong := choosing.wrong(files):
        await ack(response_action="errors", errors={modals.FILES: wrong})
        return
    reason = given.get(modals.REASON, "") if seats.owner(case, press.by) else None
    await ack(response_action="update", view=modals.preview(number, text, reason, choosing.chosen(files)))


async def send_reply(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """市民へ返信, seen: send it; what was changed since is shown again first."""
    given, number = modals.given(view), modals.case_of(view)
    text, reason = given.get(modals.TEXT) or modals.previewed(view), given.get(modals.REASON)
    files = modals.enclosed(view)
    if modals.digest(text) != modals.remembered(view).get("seen"):
        await ack(response_action="update", view=modals.preview(number, text, reason, files))
        return
    said: dict[str, Any] = {"cause": f"slack:{press.key}", "reason": reason or "", "files": files}
    async with desk.change(press, Action.REPLY) as session:
        await talk.reply(session, number, text, by=press.by, now=press.now, **said)
    await ack()


async def advance(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """次の段階へ."""
    given = modals.given(view)
    async with desk.change(press, Action.ADVANCE) as session:
        await advancing.advance(
            session,
            modals.case_of(view),
            evidence=modals.evidence_given(given),
            waived=given.get("waived"),
            by=press.by,
            now=press.now,
            seen=modals.remembered(view).get("seen"),
        )
    await ack()


async def name_staff(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """市職員を決める."""
    async with desk.change(press, Action.STAFF) as session:
        await team.staff(
            session, modals.case_of(view), city_staff=modals.given(view)["person"], by=press.by, now=press.now
        )
    await ack()


async def hand_over(
    ack: AsyncAck, view: Block, client: AsyncWebClient, desk: Desk, press: Press, enrol: Listener
) -> None:
    """引き継ぐ."""
    given = modals.given(view)
    await enrol(client, given["person"])
    async with desk.change(press, Action.HAND_OVER) as session:
        await team.hand_over(
            session,
            modals.case_of(view),
            to=given["person"],
            reason=given["reason"],
            summary=given["summary"],
            by=press.by,
            now=press.now,
        )
    await ack()


async def refer(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """他の窓口へ."""
    async with desk.change(press, Action.REFER) as session:
        await received.refer(session, modals.case_of(view), door=modals.given(view)["door"], by=press.by, now=press.now)
    await ack()


async def close(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """終了する."""
    given = modals.given(view)
    async with desk.change(press, Action.CLOSE) as session:
        await closing.close(
            session,
            modals.case_of(view),
            reason=given["reason"],
            learnings=given.get("learnings", ""),
            methods=given.get("methods", ""),
            partners=given.get("partners", ""),
            by=press.by,
            now=press.now,
            evidence=modals.evidence_given(given),
        )
    await ack()


async def release(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """担当を外れる."""
    async with desk.change(press, Action.RELEASE) as session:
        await team.release(session, modals.case_of(view), by=press.by, now=press.now)
    await ack()


async def take_in(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """A consultation by phone, e-mail or counter becomes a case."""
    async with desk.change(press, Action.OPEN) as session:
        case = await by_hand.take_in(session, modals.given(view), key=press.key, by=press.by, now=press.now)
        code = await linking.make_code(session, case.number, by=press.by, now=press.now)
    told = drawing.code_told(words.reception.TAKEN_IN, case.number, code, press.now)
    await ack(response_action="update", view=modals.notice(told))


VIEWS: dict[str, Listener] = {
    "case.reply": write_reply,
    "case.reply.send": send_reply,
    "case.advance": advance,
    "case.staff": name_staff,
    "case.handover": hand_over,
    "case.refer": refer,
    "case.close": close,
    "case.release": release,
    "intake": take_in,
}
