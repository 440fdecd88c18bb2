"""The change log that tells every process which entries to read again."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models.knowledge import KnowledgeChange

LOCK = 0x7473_6E67  # any fixed number: writers of the log wait for this lock in a queue until they commit


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


async def newest(session: AsyncSession) -> tuple[int, str]:
    """Return the number of the last change (0 before the first) and its mark."""
    last = (await session.exec(select(KnowledgeChange).order_by(col(KnowledgeChange.id).desc()).limit(1))).first()
    return (last.id or 0, _mark(last)) if last else (0, "")


async def since(session: AsyncSession, seen: int, until: int) -> set[tuple[str, str]]:
    """Return the (kind, id) of what changed after `seen` up to `until`."""
    query = select(KnowledgeChange.kind, KnowledgeChange.entry_id).where(
        col(KnowledgeChange.id) > seen, col(KnowledgeChange.id) <= until
    )
    return set((await session.exec(query)).all())


async def mark(session: AsyncSession, change: int) -> str:
    """Return its entry and its time: they differ if another database has a change of the same number."""
    row = await session.get(KnowledgeChange, change) if change else None
    return _mark(row) if row else ""


def _mark(row: KnowledgeChange) -> str:
    told = f"{row.kind} {row.entry_id} {row.at.isoformat()}"
    return hashlib.sha256(told.encode()).hexdigest()  # it is kept on disk, where no id of what was erased may stay
