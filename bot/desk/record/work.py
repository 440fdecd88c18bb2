"""What has been done with a case in ② to ⑤, read whole: for its card, its details and its people."""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import bindparam, exists
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    Assessment,
    Case,
    CheckIn,
    Guest,
    Hypothesis,
    Invitation,
    Meeting,
    PlanTask,
    Publication,
    Stakeholder,
)

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class Work:
    """The rows of each kind, oldest first; dropped ones are there too."""

    meetings: tuple[Meeting, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    guests: tuple[Guest, ...] = ()
    stakeholders: tuple[Stakeholder, ...] = ()
    tasks: tuple[PlanTask, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()
    publication: Publication | None = None
    invitations: tuple[Invitation, ...] = ()

    def invited(self, meeting: Meeting) -> tuple[Invitation, ...]:
        """Return who was asked to a meeting."""
        return tuple(one for one in self.invitations if one.meeting_id == meeting.id)

    @property
    def hypothesis(self) -> Hypothesis | None:
        """The newest version."""
        return self.hypotheses[-1] if self.hypotheses else None


NOTHING_DONE = Work()

_TABLES: tuple[Any, ...] = (
    Publication, Meeting, Assessment, Hypothesis, Guest, Stakeholder, PlanTask, CheckIn,
)  # fmt: skip
_HELD: Any = select(*(exists().where(col(table.case_id) == bindparam("id")) for table in _TABLES))


async def of(session: AsyncSession, case: Case) -> Work:
    """Return the work on a case. Only tables that have a row of it are read; most have none."""
    held = (await session.exec(_HELD, params={"id": case.id})).one()
    there = {table for table, some in zip(_TABLES, held, strict=True) if some}

    async def rows(table: type[Row]) -> tuple[Row, ...]:
        return await _rows(session, table, case) if table in there else ()

    publications, meetings = await rows(Publication), await rows(Meeting)
    return Work(
        meetings=meetings,
        assessments=await rows(Assessment),
        hypotheses=await rows(Hypothesis),
        guests=await rows(Guest),
        stakeholders=await rows(Stakeholder),
        tasks=await rows(PlanTask),
        check_ins=await rows(CheckIn),
        publication=publications[0] if publications else None,
        invitations=await _invitations(session, meetings),
    )


def work_json(work: Work) -> dict[str, Any]:
    """Return the work as machine-readable values, each meeting with who was asked; times are ISO 8601."""
    kinds = {
        "assessments": work.assessments,
        "hypotheses": work.hypotheses,
        "guests": work.guests,
        "stakeholders": work.stakeholders,
        "tasks": work.tasks,
        "check_ins": work.check_ins,
    }
    meetings = [_plain(one) | {"invitations": [_plain(who) for who in work.invited(one)]} for one in work.meetings]
    return {
        "meetings": meetings,
        **{name: [_plain(row) for row in rows] for name, rows in kinds.items()},
        "publication": work.publication and _plain(work.publication),
    }


def _plain(row: SQLModel) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude={"case_id", "meeting_id"})


async def _invitations(session: AsyncSession, meetings: tuple[Meeting, ...]) -> tuple[Invitation, ...]:
    ids = [meeting.id for meeting in meetings]
    found = select(Invitation).where(col(Invitation.meeting_id).in_(ids)).order_by(col(Invitation.id))
    return tuple((await session.exec(found)).all()) if ids else ()


async def _rows(session: AsyncSession, table: type[Row], case: Case) -> tuple[Row, ...]:
    columns = table.__table__.c  # type: ignore[attr-defined]  # SQLModel doesn't say that a table has one
    found = select(table).where(columns.case_id == case.id).order_by(col(columns.id))
    return tuple((await session.exec(found)).all())
