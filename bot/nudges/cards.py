"""Cards that wait for a main say for how long: once an hour, while anything is open, they are drawn anew."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import redraw_card
from bot.desk.team.waiting import open_time
from bot.tables.calendars import CALENDARS
from storage.db import Database
from storage.models import Case, Stage

AT_ONCE = 100  # more than Slack draws in a minute or two


def counting_on(db: Database, wake: Callable[[], None]) -> Callable[[datetime], Awaitable[None]]:
    """Return the hourly chore that has them drawn."""

    drawn = None  # when they were last; a hub that was away, or a demo's clock, may be days behind

    async def chore(now: datetime) -> None:
        nonlocal drawn
        async with db.reading() as session:
            found = await waiting(session, now, drawn)
        drawn = now
        for number in found:  # one at a time, so that people's presses come in between
            async with db.transaction() as session:
                await redraw_card(session, number, now)
        if found:
            wake()

    return chore


async def waiting(session: AsyncSession, now: datetime, drawn: datetime | None) -> list[int]:
    """Return whose cards are to be drawn, the longest waiting first; closed hours since they were change nothing."""
    if drawn is not None and not any(open_time(drawn, now, ward) for ward in (None, *CALENDARS.wards)):
        return []
    unclaimed = select(Case.id).where(
        Case.stage != Stage.CLOSED, col(Case.main).is_(None), col(Case.card_ts).is_not(None)
    )
    found = await session.exec(unclaimed.order_by(col(Case.opened_at)).limit(AT_ONCE))
    return [number for number in found if number is not None]
