"""The change log that tells every process which entries to read again."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, insert, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models.knowledge import KnowledgeChange

LOCK = 0x7473_6E67  # any fixed number: writers of the log queue on it until they commit


async def note(session: AsyncSession, kind: str, ids: Iterable[str], *, now: datetime) -> None:
    """Log that entries were added, changed or retired, as the last step of a transaction.

    On PostgreSQL the log's numbers must become visible in their order, or a follower that has seen a
    higher one misses a lower one: writers wait for each other from here to their commit.
    """
    rows = [{"kind": kind, "entry_id": one, "at": now} for one in ids]
    if not rows:
        return
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(text("SELECT pg_advisory_xact_lock(:lock)"), params={"lock": LOCK})  # type: ignore[call-overload]
    await session.exec(insert(KnowledgeChange), params=rows)


async def newest(session: AsyncSession) -> int:
    """Return the number of the last change (0 before the first)."""
    return (await session.exec(select(func.max(col(KnowledgeChange.id))))).one() or 0


async def since(session: AsyncSession, seen: int, until: int) -> set[tuple[str, str]]:
    """Return the (kind, id) of what changed after `seen` up to `until`."""
    query = select(KnowledgeChange.kind, KnowledgeChange.entry_id).where(
        col(KnowledgeChange.id) > seen, col(KnowledgeChange.id) <= until
    )
    return set((await session.exec(query)).all())


async def mark(session: AsyncSession, change: int) -> str:
    """Return what tells a change from one of the same number in another database: its entry and its time."""
    row = await session.get(KnowledgeChange, change) if change else None
    return f"{row.kind} {row.entry_id} {row.at.isoformat()}" if row else ""
