"""④ the place for dialogue: what a citizen taps or types about coming to it."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation import invitations
from bot.desk.consultation.realisation.invitations import CITIZEN, OutOfDate, open_for, stamp_of
from bot.hearing.standing import Standing
from bot.hearing.taps.kinds import Said, Tap, Tapped, Typed
from bot.phrases import phrase
from bot.when import clock
from storage.models import Answer, Case, Meeting

DIGITS = 19  # a longer number is none of a row
_MEANS = {"dialogue_yes": Answer.YES, "dialogue_no": Answer.NO, "dialogue_maybe": Answer.MAYBE}
_HEARD = {Answer.YES: "dialogue_heard_yes", Answer.NO: "dialogue_heard_no", Answer.MAYBE: "dialogue_heard_maybe"}


async def rsvp(tap: Tap) -> Said:
    """Write down whether the citizen comes; one about an older time or a dialogue that is over changes nothing."""
    found, said = await _meeting(tap), tap.args.get("a", "")
    if found is None or said not in set(Answer):
        return [{"text": phrase("dialogue_gone")}]
    case, meeting = found
    try:
        await invitations.answer(
            tap.session,
            case.number,
            meeting.id or 0,
            Answer(said),
            stamp=tap.args.get("t", ""),
            by=CITIZEN,
            now=tap.now,
            cause=tap.key,
        )
    except OutOfDate as no:
        return [{"text": phrase("dialogue_moved" if no.why == "moved" else "dialogue_gone")}]
    when = clock(meeting.starts_at) if meeting.starts_at else ""
    return [{"text": phrase(_HEARD[Answer(said)], when=when)}]


async def typed(session: AsyncSession, standing: Standing, words: str, now: datetime) -> Mapping[str, str] | None:
    """Read 参加, 不参加 or 未定 as an answer while the citizen is asked to a dialogue, and writes no draft."""
    said = next((answer for key, answer in _MEANS.items() if phrase(key) == words.strip()), None)
    if said is None or standing.proposal is not None:
        return None
    found = await open_for(session, standing.citizen.id, now)
    if found is None:
        return None
    _, meeting = found
    return {"tap": "dialogue_rsvp", "m": str(meeting.id), "a": said, "t": stamp_of(meeting)}


async def _meeting(tap: Tap) -> tuple[Case, Meeting] | None:
    """Return the meeting a button names with its case, if it is one of this citizen's."""
    number = tap.args.get("m", "")
    known = number.isascii() and number.isdecimal() and len(number) < DIGITS
    meeting = await tap.session.get(Meeting, int(number)) if known else None
    case = await tap.session.get(Case, meeting.case_id) if meeting else None
    mine = case is not None and case.citizen_id == tap.standing.citizen.id
    return (case, meeting) if case and meeting and mine else None


TAPS: dict[str, Tapped] = {"dialogue_rsvp": rsvp}
TYPED: tuple[Typed, ...] = (typed,)
