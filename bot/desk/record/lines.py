"""Cases as the lines of a list, without personal data: which of them, longest waiting first, in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, case, func, or_, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record.correspondence import ANSWERS
from bot.desk.record.moves import KINDS, kind_of
from storage.models import Case, CaseEvent, Proposal, Stage

STALLED_AFTER = timedelta(days=14)  # nothing was written, said or decided for so long

Which = Literal["mine", "unclaimed", "stalled", "open"]


@dataclass(frozen=True)
class CaseLine:
    """A case as one line of a list; no personal data."""

    number: str
    stage: Stage
    ward: str | None
    theme: str
    main: str | None
    sub: str | None
    city_staff: str | None
    opened_at: datetime
    stage_since: datetime
    last_at: datetime  # when anything last happened
    promised_by: datetime | None = None
    answered_at: datetime | None = None  # when a person first answered the citizen
    kind: str = "case"

    @property
    def stage_label(self) -> str:
        """What people read of its stage."""
        return KINDS[self.kind].stages[self.stage]


@dataclass(frozen=True)
class Lines:
    """A part of a list, and how long the whole is."""

    lines: tuple[CaseLine, ...]
    total: int
    first: int = 0  # how many come before


def _event(value: Any) -> Any:
    return select(value).where(CaseEvent.case_id == Case.id).correlate(Case).scalar_subquery()


# Asked for each listed case, by an index. One query with GROUP BY would read the history of all cases.
LAST_AT = func.coalesce(_event(func.max(CaseEvent.at)), Case.opened_at)
ANSWERED_AT = _event(func.min(case((col(CaseEvent.action).in_(ANSWERS), col(CaseEvent.at)))))


def query(only_ward: str = "", *more: Any, closed: bool = False) -> Any:
    """Return the question for open cases (or `closed` ones too), of one ward if it is named.

    Each row makes a line, with `more` at its end.
    """
    found: Any = select(Case, Proposal.ward, LAST_AT, ANSWERED_AT, *more)
    return found.outerjoin(Proposal, col(Proposal.id) == Case.proposal_id).where(
        true() if closed else col(Case.stage) != Stage.CLOSED,
        col(Proposal.ward) == only_ward if only_ward else true(),
    )


def line(row: Sequence[Any]) -> CaseLine:
    """Return the line of a row of `query`."""
    one, ward, last_at, answered_at, *_ = row
    return CaseLine(
        number=one.number,
        stage=kind_of(one).stage(one.stage),
        ward=ward,
        theme=one.theme,
        main=one.main,
        sub=one.sub,
        city_staff=one.city_staff,
        opened_at=one.opened_at,
        stage_since=one.stage_since,
        last_at=last_at,
        promised_by=one.promised_by,
        answered_at=answered_at,
        kind=one.kind,
    )


def has_seat(slack_id: str) -> ColumnElement[bool]:
    """Tell which cases are somebody's."""
    return or_(col(Case.main) == slack_id, col(Case.sub) == slack_id, col(Case.city_staff) == slack_id)


async def lists(
    session: AsyncSession,
    which: Which,
    *,
    by: str,
    now: datetime,
    ward: str = "",
    only_ward: str = "",
    first: int = 0,
    limit: int = 50,
) -> Lines:
    """Return a part of a list of open cases: one's own, those without a main, those that stand still, or a ward's.

    `only_ward` is the ward that the person belongs to: nothing of another is listed.
    """
    wanted: dict[str, ColumnElement[bool]] = {
        "mine": has_seat(by),
        "unclaimed": col(Case.main).is_(None),
        "stalled": now - STALLED_AFTER > LAST_AT,
        "open": true(),
    }
    found = query(only_ward, func.count().over()).where(wanted[which])
    if ward:
        found = found.where(Proposal.ward == ward)
    rows = (await session.exec(found.order_by(LAST_AT, col(Case.id)).offset(first).limit(limit))).all()
    return Lines(tuple(map(line, rows)), rows[0][-1] if rows else first, first)
