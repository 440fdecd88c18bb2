"""⑤ what is pressed and submitted for the check-ins, and the way back to ④."""

import re
import unicodedata

from slack_bolt.async_app import AsyncAck

from bot.desk.consultation.follow_up import check_ins, follow_up
from bot.desk.record.moves import Action
from bot.slack import words
from bot.slack.door.desk import Desk, Press
from bot.slack.drawing import follow_up as drawing
from bot.slack.kit import modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners.actions import opens
from bot.slack.listeners.kinds import Listener
from storage.models import HowItGoes

_MONTHS = re.compile(r"[0-9]{1,3}(?:[,、\s]+[0-9]{1,3})*")  # after normalisation, so full width counts too


async def keep(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """フォローの予定: when to ask, and an answer heard elsewhere; what isn't changed stays."""
    given, number = modals.given(view), modals.case_of(view)
    months = _months(given.get("months", ""))
    if months is None:
        await ack(response_action="errors", errors={"months": words.follow_up.MONTHS_WRONG})
        return
    how, which = given.get("how"), given.get("which") or "0"
    async with desk.change(press, Action.CHECK_IN) as session:
        await follow_up.revise(session, number, months, stop=bool(given.get("stop")), by=press.by, now=press.now)
        if how:
            said = given.get("words", "")
            await check_ins.note_answer(session, number, int(which), HowItGoes(how), said, by=press.by, now=press.now)
    await ack()


async def reopen(ack: AsyncAck, view: Block, desk: Desk, press: Press) -> None:
    """④へ戻す."""
    number, reason = modals.case_of(view), modals.given(view).get("reason", "")
    async with desk.change(press, Action.REOPEN) as session:
        await follow_up.reopen(session, number, reason=reason, by=press.by, now=press.now)
    await ack()


def _months(typed: str) -> list[int] | None:
    """Read 1,3,6,12; nothing typed is no months, what can't be read is None."""
    text = unicodedata.normalize("NFKC", typed).replace("か月", "").replace("ヶ月", "").strip(" ,、")
    if not text:
        return []
    return [int(one) for one in re.findall(r"[0-9]+", text)] if _MONTHS.fullmatch(text) else None


ACTIONS: dict[str, Listener] = {
    "case.check_in": opens(Action.CHECK_IN, drawing.check_in),
    "case.reopen": opens(Action.REOPEN, drawing.reopen),
}
VIEWS: dict[str, Listener] = {"case.check_in": keep, "case.reopen": reopen}
