"""The centre in plain counts and medians: a month of it, and how it stands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record.lines import ANSWERED_AT
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
        if not MINYEAR < moment.year < MAXYEAR:  # in UTC it would begin or end outside of what a calendar has
            raise ValueError(f"{said} is out of range")
        return cls(moment.year, moment.month)

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.month, 1, tzinfo=TOKYO)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.start + relativedelta(months=1)

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        """Return the month a moment falls into."""
        local = moment.astimezone(TOKYO)
        return cls(local.year, local.month)

    def before(self, months: int) -> "Month":
        """Return the month so many months earlier."""
        return Month.of(self.start - relativedelta(months=months))

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"


@dataclass(frozen=True)
class Standing:
    """How the centre, or one ward, stands; counts without a person in them."""

    ward: str = ""  # of one ward only
    by_stage: dict[str, int] = field(default_factory=dict)
    by_ward: dict[str, int] = field(default_factory=dict)  # of the open cases
    by_theme: dict[str, int] = field(default_factory=dict)
    first_answer: timedelta | None = None  # medians of a year
    per_stage: dict[Stage, timedelta | None] = field(default_factory=dict)
    monthly: tuple[tuple[Month, int, int], ...] = ()  # opened and closed, oldest first


async def standing(session: AsyncSession, now: datetime, ward: str = "") -> Standing:
    """Return how things stand, of one ward if it is named; monthly counts and medians reach back a year."""
    here = (Proposal.ward == ward,) if ward else ()
    months = [Month.of(now).before(n) for n in reversed(range(12))]
    columns: Any = select(Case.stage, Proposal.ward, Case.theme, func.count())
    counted = columns.join(Proposal, col(Proposal.id) == Case.proposal_id).where(*here)
    rows = (await session.exec(counted.group_by(Case.stage, Proposal.ward, Case.theme))).all()
    opened = (col(Case.opened_at) >= months[0].start, *here)
    return Standing(
        ward=ward,
        by_stage=_sums((row[0], row[3]) for row in rows),
        by_ward=_sums((row[1], row[3]) for row in rows if row[0] != Stage.CLOSED),
        by_theme=_sums((row[2], row[3]) for row in rows if row[0] != Stage.CLOSED),
        first_answer=await first_answer(session, *opened),
        per_stage=await per_stage(session, months[0].start, now, *here),
        monthly=await _monthly(session, months, *here),
    )


async def first_answer(session: AsyncSession, *where: Any) -> timedelta | None:
    """Return the median time until a person answers the citizen; None when nobody has."""
    asked: Any = select(Case.opened_at, ANSWERED_AT)
    rows = (await session.exec(asked.join(Proposal, col(Proposal.id) == Case.proposal_id).where(*where))).all()
    return _median(answered - opened for opened, answered in rows if answered is not None)


async def per_stage(
    session: AsyncSession, since: datetime, until: datetime, *where: Any
) -> dict[Stage, timedelta | None]:
    """Return the median time in each stage, of the cases that left the stage in the time named."""
    stage: Any = col(CaseEvent.after)["stage"].as_string()
    asked: Any = select(CaseEvent.case_id, CaseEvent.at, stage)
    found = asked.join(Case, col(Case.id) == CaseEvent.case_id).join(Proposal, col(Proposal.id) == Case.proposal_id)
    ordered = found.where(stage.is_not(None), *where).order_by(CaseEvent.case_id, col(CaseEvent.id))
    spent: dict[str, list[timedelta]] = {}
    for (case, begin, within), (same, end, _) in pairwise((await session.exec(ordered)).all()):
        if case == same and since <= end < until:
            spent.setdefault(within, []).append(end - begin)
    return {stage: _median(spent.get(stage, ())) for stage in Stage if stage is not Stage.CLOSED}


async def _monthly(session: AsyncSession, months: Sequence[Month], *where: Any) -> tuple[tuple[Month, int, int], ...]:
    counts = []
    for moment in (col(Case.opened_at), col(Case.closed_at)):
        asked = select(moment).join(Proposal, col(Proposal.id) == Case.proposal_id)
        rows = await session.exec(asked.where(moment >= months[0].start, *where))
        counts.append(Counter(Month.of(at) for at in rows.all() if at))
    return tuple((month, counts[0][month], counts[1][month]) for month in months)


def _sums(pairs: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for name, count in pairs:
        sums[name or ""] += count
    return dict(sums)


def _median(times: Iterable[timedelta]) -> timedelta | None:
    seconds = [time.total_seconds() for time in times]
    return timedelta(seconds=median(seconds)) if seconds else None


async def figures(session: AsyncSession, month: Month) -> dict[str, Any]:
    """Return the month's counts: new and closed cases, their channels, wards and stages."""
    opened = (col(Case.opened_at) >= month.start, col(Case.opened_at) < month.end)
    closed = (col(Case.closed_at) >= month.start, col(Case.closed_at) < month.end)
    happened = (col(CaseEvent.at) >= month.start, col(CaseEvent.at) < month.end)
    return {
        "month": str(month),
        "opened": await _count(session, *opened),
        "closed": await _count(session, *closed),
        "open_now": await _count(session, col(Case.stage) != Stage.CLOSED),
        "unclaimed_now": await _count(session, col(Case.stage) == Stage.RECEIVED),
        "opened_by_channel": await _by(session, Proposal.channel, *opened),
        "opened_by_ward": await _by(session, Proposal.ward, *opened),
        "opened_by_theme": await _by(session, Case.theme, *opened),
        "open_now_by_stage": await _by(session, Case.stage, col(Case.stage) != Stage.CLOSED),
        "first_answer_median_hours": _rounded(await first_answer(session, *opened), timedelta(hours=1)),
        "stage_median_days": {
            stage.value: _rounded(time, timedelta(days=1))
            for stage, time in (await per_stage(session, month.start, month.end)).items()
        },
        "events": await _events(session, *happened),
    }


async def cases(session: AsyncSession, month: Month) -> list[dict[str, Any]]:
    """Return the cases that were open at some time in a month, without anything that identifies a person."""
    asked: Any = select(Case, Proposal.ward, Proposal.channel, ANSWERED_AT)
    joined = asked.join(Proposal, col(Proposal.id) == Case.proposal_id)
    until_then = or_(col(Case.closed_at).is_(None), col(Case.closed_at) >= month.start)
    rows = (await session.exec(joined.where(Case.opened_at < month.end, until_then).order_by(col(Case.id)))).all()
    return [
        {
            "number": case.number,
            "stage": case.stage,
            "ward": ward,
            "theme": case.theme,
            "channel": channel,
            "opened_at": case.opened_at,
            "first_answer_at": answered,
            "stage_since": case.stage_since,
            "closed_at": case.closed_at,
        }
        for case, ward, channel, answered in rows
    ]


async def _count(session: AsyncSession, *where: Any) -> int:
    return (await session.exec(select(func.count()).select_from(Case).where(*where))).one()


async def _by(session: AsyncSession, column: Any, *where: Any) -> dict[str, int]:
    query = select(column, func.count()).select_from(Case).join(Proposal, col(Proposal.id) == Case.proposal_id)
    rows = await session.exec(query.where(*where).group_by(column))
    return {str(value or "-"): count for value, count in sorted(rows.all(), key=lambda row: str(row[0]))}


async def _events(session: AsyncSession, *where: Any) -> dict[str, int]:
    rows = await session.exec(select(CaseEvent.action, func.count()).where(*where).group_by(CaseEvent.action))
    return dict(sorted(rows.all()))


def _rounded(time: timedelta | None, unit: timedelta) -> float | None:
    return None if time is None else round(time / unit, 1)
