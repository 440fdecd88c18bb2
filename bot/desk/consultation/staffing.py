"""Who takes a seat of a consultation: as with any record; besides, a complete team gets the briefing."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.hearing import briefing
from bot.desk.team import team
from storage.models import Case


async def join(session: AsyncSession, number: str, *, by: str, now: datetime) -> Case:
    """A second coordinator stands beside the main as sub."""
    case = await team.join(session, number, by=by, now=now)
    await briefing.post_when_staffed(session, case, now)
    return case


async def assign(session: AsyncSession, number: str, *, to: str, seat: str, by: str, now: datetime) -> Case:
    """A lead gives a colleague the main's or sub's place. The case moves on as if the colleague had taken it."""
    case = await team.assign(session, number, to=to, seat=seat, by=by, now=now)
    await briefing.post_when_staffed(session, case, now)
    return case
