"""② the date of the hearing and its notes: what a citizen taps or types about it."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.hearing import appointments
from bot.desk.consultation.hearing.appointments import Outcome
from bot.desk.record.telling import WORDS_OF
from bot.hearing.standing import Standing
from bot.hearing.taps.kinds import Said, Tap, Tapped, Typed
from bot.phrases import phrase
from bot.when import clock
from storage.models import Case, Meeting

OTHER = "other"


async def choose_date(tap: Tap) -> Said:
    """The citizen takes one of the times, or none of them."""
    meeting_id, n = _number(tap.args.get("m")), tap.args.get("n", "")
    citizen = tap.standing.citizen
    if n == OTHER:
        outcome, meeting = await appointments.wish_other_day(tap.session, citizen, meeting_id, now=tap.now)
    else:
        chosen = _number(n)
        outcome, meeting = await appointments.choose(tap.session, citizen, meeting_id, chosen, key=tap.key, now=tap.now)
    return await _said(tap.session, outcome, meeting)


async def typed_date(session: AsyncSession, standing: Standing, words: str, now: datetime) -> Mapping[str, str] | None:
    """Read the words of an offered button, typed, as its tap; while a draft is open they belong to that."""
    if standing.proposal is not None or not (typed := _plain(words)):
        return None
    meeting = await appointments.offered(session, standing.citizen)
    if meeting is None:
        return None
    labels = {_plain(clock(time)): str(n) for n, time in enumerate(appointments.options(meeting))}
    labels[_plain(phrase("hearing_other_day"))] = OTHER
    return {"tap": "hearing_date", "m": str(meeting.id), "n": labels[typed]} if typed in labels else None


async def _said(session: AsyncSession, outcome: Outcome, meeting: Meeting | None) -> Said:
    if meeting is None or outcome is Outcome.GONE:
        return [{"text": phrase("hearing_gone")}]
    if outcome is Outcome.PAST:
        return [{"text": phrase("hearing_past")}]
    if outcome is Outcome.ASKED:
        return [{"text": phrase("hearing_say_when")}]
    at = clock(meeting.starts_at) if meeting.starts_at else ""
    case = await session.get_one(Case, meeting.case_id)
    if outcome is Outcome.ALREADY:
        said = [phrase("hearing_already", at=at, place=meeting.place)]
    else:
        said = [phrase("hearing_fixed", number=case.number, at=at, place=meeting.place)]
        said += [phrase("hearing_remark", remark=meeting.agenda)] if meeting.agenda else []
    return [{"text": "\n\n".join(said), WORDS_OF: case.number}]


def _number(text: str | None) -> int:
    """Read a number that came back from LINE; what is none, or no row's, names nothing."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def _plain(words: str) -> str:
    """The words without differences of width and spacing."""
    return "".join(unicodedata.normalize("NFKC", words).split())


TAPS: dict[str, Tapped] = {"hearing_date": choose_date}
TYPED: tuple[Typed, ...] = (typed_date,)
