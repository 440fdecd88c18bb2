"""④ 実現支援: who takes part, where they talk, who carries it out, and how."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases.evidence import note_evidence


async def name_stakeholders(session: AsyncSession, number: str, text: str, *, by: str, now: datetime) -> None:
    """Write down the 関係する主体 and how they answered."""
    await note_evidence(session, number, "stakeholders", text, by=by, now=now)


async def set_dialogue(session: AsyncSession, number: str, text: str, *, by: str, now: datetime) -> None:
    """Write down the 対話の場: when, where, with whom."""
    await note_evidence(session, number, "dialogue", text, by=by, now=now)


async def decide_body(session: AsyncSession, number: str, text: str, *, by: str, now: datetime) -> None:
    """Write down the 実施主体."""
    await note_evidence(session, number, "body", text, by=by, now=now)


async def make_plan(session: AsyncSession, number: str, text: str, *, by: str, now: datetime) -> None:
    """Write down the 実施計画."""
    await note_evidence(session, number, "plan", text, by=by, now=now)
