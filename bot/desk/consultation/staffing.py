"""Who takes a seat beside a consultation: as with any record, and the complete team gets the pack of what is known."""

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
    """A lead gives a colleague the main's or sub's place; the case moves on as if they had taken it themselves."""
    case = await team.assign(session, number, to=to, seat=seat, by=by, now=now)
    await briefing.post_when_staffed(session, case, now)
    return case
