"""⑤ フォロー: it runs; the centre asks how it goes."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases.evidence import note_evidence


async def check_in(session: AsyncSession, number: str, text: str, *, by: str, now: datetime) -> None:
    """Write down the フォローの結果."""
    await note_evidence(session, number, "check_in", text, by=by, now=now)
