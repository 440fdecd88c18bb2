"""What staff write in a case's thread while its citizen waits: the citizen never sees it, and who writes is told so."""

from datetime import datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.record.correspondence import ANSWERS
from bot.desk.record.record import Event
from bot.desk.record.telling import Note
from bot.when import TOKYO
from storage.models import Case, CaseEvent


async def waiting(session: AsyncSession, channel: str, thread: str) -> Case | None:
    """Return the case of a thread if its citizen wrote after the desk's last answer."""
    case = await _of_thread(session, channel, thread)
    return case if case and await _waits(session, case) else None


async def warn(session: AsyncSession, case: Case, channel: str, thread: str, *, by: str, now: datetime) -> bool:
    """Queue a word for the writer alone; False when they were told today of this case."""
    return await outbox.put(
        session,
        dest="slack",
        conv=f"whisper:{by}",
        kind="whisper",
        key=f"unseen:{case.id}:{by}:{now.astimezone(TOKYO):%Y-%m-%d}",
        payload={"say": Note.UNSEEN, "number": case.number, "to": by, "channel": channel, "thread": thread},
        now=now,
    )


async def _of_thread(session: AsyncSession, channel: str, thread: str) -> Case | None:
    own = (col(Case.channel_id) == channel) & (col(Case.card_ts) == thread)
    of_ward = (col(Case.ward_channel_id) == channel) & (col(Case.ward_card_ts) == thread)
    return (await session.exec(select(Case).where(or_(own, of_ward)))).first()


async def _waits(session: AsyncSession, case: Case) -> bool:
    found = (
        select(CaseEvent.action)
        .where(CaseEvent.case_id == case.id, col(CaseEvent.action).in_((Event.CITIZEN_WROTE, *ANSWERS)))
        .order_by(col(CaseEvent.id).desc())
    )
    return (await session.exec(found)).first() == Event.CITIZEN_WROTE
