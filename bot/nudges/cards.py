"""Cards without a main say how long they have waited. They are drawn again once an hour while a desk is open."""

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
        for number in found:  # one at a time, so that people who press needn't wait
            async with db.transaction() as session:
                await redraw_card(session, number, now)
        if found:
            wake()

    return chore


async def waiting(session: AsyncSession, now: datetime, drawn: datetime | None) -> list[int]:
    """Return the cases whose cards must be drawn, the longest waiting first. Closed hours don't change a card."""
    if drawn is not None and not any(open_time(drawn, now, ward) for ward in (None, *CALENDARS.wards)):
        return []
    unclaimed = select(Case.id).where(
        Case.stage != Stage.CLOSED, col(Case.main).is_(None), col(Case.card_ts).is_not(None)
    )
    found = await session.exec(unclaimed.order_by(col(Case.opened_at)).limit(AT_ONCE))
    return [number for number in found if number is not None]
