"""A ward's week for its channel: what came, what ended, what stands still, what comes; once a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.day.overview import Coming, meetings, midnight, today
from bot.desk.record import lines
from bot.desk.record.lines import LAST_AT, STALLED_AFTER, CaseLine
from bot.tables.calendars import CENTRE
from storage.models import Case, OutboxRow, Proposal

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WardWeek:
    """The seven days before `until` in one ward, and the seven after it."""

    ward: str
    until: datetime
    opened: tuple[CaseLine, ...]
    closed: tuple[CaseLine, ...]
    stalled: tuple[CaseLine, ...]
    coming: tuple[Coming, ...]


async def weekly(session: AsyncSession, now: datetime) -> int:
    """Queue each ward channel's digest from the week's first opening on, once; return how many were queued.

    Only wards with a channel have a digest: those whose cases have a second card.
    """
    begins = due(now)
    if begins is None or now < begins:
        return 0
    keys = {_key(ward, now): ward for ward in await _wards(session)}
    there = (await session.exec(select(OutboxRow.key).where(col(OutboxRow.key).in_(keys)))).all()
    for key in keys.keys() - set(there):
        payload = {"say": "ward_week", "ward": keys[key], "until": begins.isoformat()}
        await outbox.put(
            session, dest="slack", conv=f"week:{keys[key]}", kind="notice", key=key, payload=payload, now=now
        )
    return len(keys) - len(there)


def due(now: datetime) -> datetime | None:
    """Return when the centre first opens in the week of `now`: Monday at nine, or later when it is closed."""
    monday = today(now) - timedelta(days=today(now).weekday())
    openings = (CENTRE.hours(monday + timedelta(days=n)) for n in range(7))
    return next((hours[0] for hours in openings if hours), None)


async def week_of(session: AsyncSession, ward: str, until: datetime) -> WardWeek:
    """Return a ward's week up to a moment."""
    since = until - WEEK
    return WardWeek(
        ward=ward,
        until=until,
        opened=await _lines(session, ward, col(Case.opened_at) >= since, col(Case.opened_at) < until, closed=True),
        closed=await _lines(session, ward, col(Case.closed_at) >= since, col(Case.closed_at) < until, closed=True),
        stalled=await _lines(session, ward, until - STALLED_AFTER > LAST_AT),
        coming=tuple(await meetings(session, ward, midnight(today(until)), midnight(today(until)) + WEEK)),
    )


async def _lines(session: AsyncSession, ward: str, *where: object, closed: bool = False) -> tuple[CaseLine, ...]:
    found = lines.query(ward, closed=closed).where(*where).order_by(LAST_AT, col(Case.id))
    return tuple(lines.line(row) for row in (await session.exec(found)).all())


async def _wards(session: AsyncSession) -> Sequence[str]:
    asked = select(func.distinct(Proposal.ward)).join(Case, col(Case.proposal_id) == Proposal.id)
    return [ward for ward in (await session.exec(asked.where(col(Case.ward_card_ts).is_not(None)))).all() if ward]


def _key(ward: str, now: datetime) -> str:
    year, week, _ = today(now).isocalendar()
    return f"weekly:{ward}:{year}-W{week:02}"
