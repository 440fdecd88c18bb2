"""A month of the centre in plain counts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.when import TOKYO
from storage.models import Case, CaseEvent, Proposal, Stage


@dataclass(frozen=True)
class Month:
    """A calendar month in Tokyo."""

    year: int
    month: int

    @classmethod
    def read(cls, said: str | None, now: datetime | None = None) -> "Month":
        """Return the month of 2026-11, or the current one; raises ValueError."""
        moment = datetime.strptime(said, "%Y-%m") if said else (now or datetime.now(UTC)).astimezone(TOKYO)  # noqa: DTZ007
        return cls(moment.year, moment.month)

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.month, 1, tzinfo=TOKYO)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime(self.year + self.month // 12, self.month % 12 + 1, 1, tzinfo=TOKYO)


async def figures(session: AsyncSession, month: Month) -> dict[str, Any]:
    """Return the month's counts: new and closed cases, their channels, wards and stages."""
    opened = (col(Case.opened_at) >= month.start, col(Case.opened_at) < month.end)
    closed = (col(Case.closed_at) >= month.start, col(Case.closed_at) < month.end)
    happened = (col(CaseEvent.at) >= month.start, col(CaseEvent.at) < month.end)
    return {
        "month": f"{month.year}-{month.month:02}",
        "opened": await _count(session, *opened),
        "closed": await _count(session, *closed),
        "open_now": await _count(session, col(Case.stage) != Stage.CLOSED),
        "unclaimed_now": await _count(session, col(Case.stage) == Stage.RECEIVED),
        "opened_by_channel": await _by(session, Proposal.channel, *opened),
        "opened_by_ward": await _by(session, Proposal.ward, *opened),
        "open_now_by_stage": await _by(session, Case.stage, col(Case.stage) != Stage.CLOSED),
        "events": await _events(session, *happened),
    }


async def _count(session: AsyncSession, *where: Any) -> int:
    return (await session.exec(select(func.count()).select_from(Case).where(*where))).one()


async def _by(session: AsyncSession, column: Any, *where: Any) -> dict[str, int]:
    query = select(column, func.count()).select_from(Case).join(Proposal, col(Proposal.id) == Case.proposal_id)
    rows = await session.exec(query.where(*where).group_by(column))
    return {str(value or "-"): count for value, count in sorted(rows.all(), key=lambda row: str(row[0]))}


async def _events(session: AsyncSession, *where: Any) -> dict[str, int]:
    rows = await session.exec(select(CaseEvent.action, func.count()).where(*where).group_by(CaseEvent.action))
    return dict(sorted(rows.all()))
