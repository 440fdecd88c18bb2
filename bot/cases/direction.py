"""③ 方向性: a hypothesis is weighed, and the citizen has the word on it."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import evidence, record


async def assess(
    session: AsyncSession,
    number: str,
    *,
    feasibility: str = "",
    effect: str = "",
    alternatives: str = "",
    by: str,
    now: datetime,
) -> None:
    """Write down 実現可能性・期待される効果・代替案の有無; what is left empty stays as it was."""
    case = await record.hold(session, number)
    given = {"feasibility": feasibility, "effect": effect, "alternatives": alternatives}
    await evidence.store(session, case, given, by=by, now=now)


async def note_citizen_word(session: AsyncSession, number: str, text: str, *, by: str, now: datetime) -> None:
    """Write down the 相談者の意向 on the hypothesis."""
    await evidence.note_evidence(session, number, "citizen_word", text, by=by, now=now)
