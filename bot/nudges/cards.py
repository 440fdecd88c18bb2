"""Cards that wait for a main say for how long: once an hour, while the centre is open, they are drawn anew."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases.waiting import open_time
from bot.delivery.outbox import redraw_card
from storage.db import Database
from storage.models import Case, Stage

HOUR = timedelta(hours=1)
AT_ONCE = 100  # more than Slack draws in a minute or two


def counting_on(db: Database, wake: Callable[[], None]) -> Callable[[datetime], Awaitable[None]]:
    """Return the hourly chore that has them drawn."""

    async def chore(now: datetime) -> None:
        async with db.transaction() as session:
            waits = await redraw(session, now)
        if waits:
            wake()

    return chore


async def redraw(session: AsyncSession, now: datetime) -> int:
    """Have the cards drawn, the longest waiting first, and return how many that were; closed hours change nothing."""
    if not open_time(now - HOUR, now):
        return 0
    waiting = select(Case.id).where(
        Case.stage != Stage.CLOSED, col(Case.main).is_(None), col(Case.card_ts).is_not(None)
    )
    found = (await session.exec(waiting.order_by(col(Case.opened_at)).limit(AT_ONCE))).all()
    for number in found:
        await redraw_card(session, number or 0, now)
    return len(found)
