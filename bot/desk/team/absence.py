"""Who is away, and who acts for them meanwhile: the sub, without any place changing hands."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import redraw_card
from bot.desk.record import record, telling
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse, who
from bot.desk.record.telling import Note
from bot.desk.team.seats import Seats
from bot.when import day
from storage.models import Case, Nudge, Staff, Stage

CARD_BACK = "card_back"  # the rule of those rows that have a card drawn again when its main is back


def acting_of(case: Seats, away: Mapping[str, datetime]) -> str | None:
    """Return who acts as main while these people are away: the sub if the main is away, else the main."""
    return case.sub if case.sub and case.main in away and case.sub not in away else case.main


def absent(staff: Iterable[Staff], now: datetime) -> dict[str, datetime]:
    """Return which of them are away now, and until when."""
    return still_away(((one.slack_id, one.away_until) for one in staff), now)


def last_day(until: datetime) -> datetime:
    """Return a moment on the last day of an absence. An absence ends when the next day begins."""
    return until - timedelta(seconds=1)


def still_away(until: Iterable[tuple[str, datetime | None]], now: datetime) -> dict[str, datetime]:
    """The same, worked out from the end of each absence; None: that person isn't away."""
    return {who: back for who, back in until if back and back > now}


async def away(session: AsyncSession, people: Iterable[str | None], now: datetime) -> dict[str, datetime]:
    """Return which of these people are away now, and until when."""
    found = select(Staff).where(col(Staff.slack_id).in_([who for who in people if who]))
    return absent((await session.exec(found)).all(), now)


async def set_away(session: AsyncSession, slack_id: str, until: datetime | None, *, by: str, now: datetime) -> None:
    """Be away until a moment, or be back (None). The teams of the open cases hear who acts; the same changes nothing.

    At that moment the main acts as main again; nobody has to do anything.
    """
    member = await session.get(Staff, slack_id, with_for_update=True, populate_existing=True)
    if member is None:
        raise refuse("staff_unknown", who=who(slack_id))
    if until is not None and until <= now:
        raise refuse("away_past")
    was = member.away_until if member.away_until and member.away_until > now else None
    if until == was:
        return
    member.away_until = until
    session.add(member)
    mine = select(Case.number).where(Case.main == slack_id, Case.stage != Stage.CLOSED).order_by(col(Case.id))
    for number in (await session.exec(mine)).all():
        await _tell(session, await record.hold(session, number), until, by, now)


async def _tell(session: AsyncSession, case: Case, until: datetime | None, by: str, now: datetime) -> None:
    """Write it into the case's history and have everybody of it know."""
    what, note = (Event.AWAY, Note.AWAY) if until else (Event.BACK, Note.BACK)
    after = {"acting": case.sub if until and case.sub else case.main, "until": until.isoformat() if until else ""}
    event = await record.append(session, case, what, by=by, at=now, after=after)
    said = {"main": case.main, "sub": case.sub, "until": day(last_day(until)) if until else ""}
    await telling.thread(session, case, event, note, now, **said)
    await telling.people(session, case, event, note, now, [case.sub, case.city_staff], **said)
    await redraw_card(session, event.case_id, now)
    if until is not None:
        await _redraw_then(session, event.case_id, until)


async def _redraw_then(session: AsyncSession, case_id: int, until: datetime) -> None:
    subject, nth = f"case:{case_id}", int(until.timestamp()) // 60  # a moment's row, however often it is said
    known = (Nudge.rule == CARD_BACK, Nudge.subject == subject, Nudge.occurrence == nth)
    if (await session.exec(select(Nudge.id).where(*known))).first() is None:
        session.add(Nudge(rule=CARD_BACK, subject=subject, subject_id=case_id, occurrence=nth, due_at=until))
        await session.flush()
