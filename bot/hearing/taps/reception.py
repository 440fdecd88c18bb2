"""① what is asked, left out, merged, and attached to LINE later: what a citizen taps or types about it."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import linking, proposals
from bot.desk.consultation.intake.linking import Link
from bot.hearing.standing import Standing
from bot.hearing.taps.kinds import Said, Tap, Tapped, Typed
from bot.phrases import label, phrase

LINK = "link"


async def join(tap: Tap) -> Said:
    """Join the LINE of who sent a code with the code's case; a code that counts no more says why."""
    code = tap.args.get("code", "")
    await linking.note_try(tap.session, tap.standing.citizen, tap.key, tap.now)
    allowed = await linking.may_try(tap.session, tap.standing.citizen, tap.now)
    if not allowed or not await linking.is_code(tap.session, code):
        return [{"text": phrase("old_button")}]
    number, how = await linking.attach(tap.session, code, tap.standing.citizen, key=tap.key, now=tap.now)
    if how is Link.USED:
        return [{"text": phrase("link_used")}]
    if how is Link.EXPIRED:
        return [{"text": phrase("link_expired")}]
    if how is Link.YOURS:
        return [{"text": phrase("link_yours", number=number)}]
    offered = [{"title": label(f"command_{name}"), "payload": f"/{name}"} for name in ("my_data", "status_query")]
    return [{"text": phrase("link_done", number=number), "buttons": offered}]


async def read_code(session: AsyncSession, standing: Standing, words: str, now: datetime) -> Mapping[str, str] | None:
    """Read six digits as a code, where such a one was given and the day's tries aren't used up."""
    code = linking.read_code(words)
    if code is None or standing.proposal is not None:
        return None
    if not await linking.may_try(session, standing.citizen, now) or not await linking.is_code(session, code):
        return None
    return {"tap": LINK, "code": code}


async def leave_out(tap: Tap) -> Said:
    """はずす in the summary: what stands beside the answers doesn't go to the desk."""
    row = tap.args.get("n", "")
    if not (row.isascii() and row.isdigit() and len(row) < 19):
        return [{"text": phrase("old_button")}]
    if await proposals.leave_out(tap.session, tap.standing.citizen.id, int(row)) is None:
        return [{"text": phrase("old_button")}]
    return [{"text": phrase("left_out"), "buttons": [{"title": label("command_resume"), "payload": "/resume"}]}]


TAPS: dict[str, Tapped] = {LINK: join, "aside": leave_out}
TYPED: tuple[Typed, ...] = (read_code,)
