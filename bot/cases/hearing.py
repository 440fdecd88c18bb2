"""② ヒアリング: what is known beforehand, and what was heard."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases.evidence import note_evidence


async def note_briefing(session: AsyncSession, number: str, text: str, *, by: str, now: datetime) -> None:
    """Write down the 事前資料: ward, people, resources and similar cases, gathered before the hearing."""
    await note_evidence(session, number, "briefing", text, by=by, now=now)


async def note_hearing(session: AsyncSession, number: str, text: str, *, by: str, now: datetime) -> None:
    """Write down the ヒアリング記録."""
    await note_evidence(session, number, "hearing_notes", text, by=by, now=now)
