"""What can be seen of cases: the whole of one for staff, lists, and the part that is the citizen's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import evidence, record, telling
from bot.cases.answers import answers
from bot.cases.moves import Requirement
from bot.cases.telling import Reach
from storage.models import Attachment, Audience, Case, CaseEvent, Evidence, Proposal, Stage

STALLED_AFTER = timedelta(days=14)  # nothing was written, said or decided for so long

Which = Literal["mine", "unclaimed", "stalled"]


@dataclass(frozen=True)
class HistoryLine:
    """One line of a case's history."""

    at: datetime
    by: str  # a Slack id, "citizen" or "system"
    action: str  # a key of record.EVENT_LABEL
    before: dict[str, Any]
    after: dict[str, Any]
    words: tuple[str, ...]
    audience: Audience


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence, or the reason it was waived."""

    stage: Stage
    key: str
    text: str
    waived: str | None
    by: str
    at: datetime


@dataclass(frozen=True)
class AttachmentLine:
    """A photo or file of the citizen, without its bytes."""

    id: int
    kind: str
    name: str
    media_type: str
    size: int
    problem: str | None


@dataclass(frozen=True)
class CaseView:
    """Everything staff may see of a case, as plain values."""

    id: int
    number: str
    version: int
    stage: Stage
    ward: str | None
    theme: str
    party: str | None
    name: str | None
    contact: str | None
    channel: str
    answers: dict[str, str]  # the five by key, verbatim; "" where nothing was said
    attachments: tuple[AttachmentLine, ...]
    main: str | None
    sub: str | None
    city_staff: str | None
    promised_by: datetime | None
    opened_at: datetime
    stage_since: datetime
    closed_at: datetime | None
    history: tuple[HistoryLine, ...]  # oldest first
    evidence: tuple[EvidenceLine, ...]
    lacking: tuple[Requirement, ...]  # what this stage needs before the next
    reach: Reach  # whether the citizen can be reached on LINE
    channel_id: str | None  # where the card is
    card_ts: str | None


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


async def view(session: AsyncSession, number: str) -> CaseView:
    """Return the whole of a case, or raise CaseNotFound."""
    return await view_of(session, await record.get(session, number))


async def view_of(session: AsyncSession, case: Case) -> CaseView:
    """Return the whole of a case that was read already."""
    proposal = await session.get_one(Proposal, case.proposal_id)
    return CaseView(
        id=case.id or 0,
        number=case.number,
        version=case.version,
        stage=Stage(case.stage),
        ward=proposal.ward,
        theme=case.theme,
        party=proposal.party,
        name=proposal.name,
        contact=proposal.contact,
        channel=proposal.channel,
        answers=await answers(session, proposal.id),
        attachments=await _attachments(session, case),
        main=case.main,
        sub=case.sub,
        city_staff=case.city_staff,
        promised_by=case.promised_by,
        opened_at=case.opened_at,
        stage_since=case.stage_since,
        closed_at=case.closed_at,
        history=await _history(session, case),
        evidence=tuple(map(_evidence_line, (await evidence.stated(session, case)).values())),
        lacking=tuple(await evidence.lacking(session, case)),
        reach=await telling.reach(session, case),
        channel_id=case.channel_id,
        card_ts=case.card_ts,
    )


async def for_citizen(session: AsyncSession, case: Case) -> tuple[HistoryLine, ...]:
    """Return the steps and words that are the citizen's to see; nobody at the centre is named."""
    return tuple(
        HistoryLine(
            at=line.at,
            by="citizen" if line.by == "citizen" else "staff",
            action=line.action,
            before={},
            after={"stage": line.after["stage"]} if "stage" in line.after else {},
            words=line.words,
            audience=line.audience,
        )
        for line in await _history(session, case)
        if line.audience is Audience.CITIZEN
    )


async def lists(session: AsyncSession, which: Which, *, by: str, now: datetime, limit: int = 50) -> list[CaseLine]:
    """Return open cases, longest waiting first: one's own, those without a main, or those that stand still."""
    newest = func.max(CaseEvent.at).label("at")
    last = select(CaseEvent.case_id, newest).group_by(col(CaseEvent.case_id)).subquery()
    last_at = func.coalesce(last.c.at, Case.opened_at)
    wanted: dict[str, ColumnElement[bool]] = {
        "mine": or_(col(Case.main) == by, col(Case.sub) == by, col(Case.city_staff) == by),
        "unclaimed": col(Case.main).is_(None),
        "stalled": last_at < now - STALLED_AFTER,
    }
    rows = await session.exec(
        select(Case, Proposal.ward, last_at)
        .join(Proposal, col(Proposal.id) == Case.proposal_id)
        .outerjoin(last, last.c.case_id == Case.id)
        .where(Case.stage != Stage.CLOSED, wanted[which])
        .order_by(last_at, col(Case.id))
        .limit(limit)
    )
    return [_line(case, ward, at) for case, ward, at in rows.all()]


def as_json(case: CaseView) -> dict[str, Any]:
    """Return a case as machine-readable values; times are ISO 8601 with their zone."""
    return {
        "number": case.number,
        "stage": case.stage.value,
        "main": case.main,
        "sub": case.sub,
        "city_staff": case.city_staff,
        "ward": case.ward,
        "theme": case.theme,
        "channel": case.channel,
        "opened_at": case.opened_at.isoformat(),
        "stage_since": case.stage_since.isoformat(),
        "promised_by": case.promised_by and case.promised_by.isoformat(),
        "closed_at": case.closed_at and case.closed_at.isoformat(),
        "answers": case.answers,
        "evidence": [
            {
                "stage": e.stage.value,
                "key": e.key,
                "text": e.text,
                "waived": e.waived,
                "by": e.by,
                "at": e.at.isoformat(),
            }
            for e in case.evidence
        ],
        "history": [
            {
                "at": line.at.isoformat(),
                "by": line.by,
                "action": line.action,
                "before": line.before,
                "after": line.after,
                "words": list(line.words),
                "audience": line.audience.value,
            }
            for line in case.history
        ],
    }


async def _history(session: AsyncSession, case: Case) -> tuple[HistoryLine, ...]:
    found = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id))
    rows: Sequence[CaseEvent] = (await session.exec(found)).all()
    return tuple(
        HistoryLine(e.at, e.by, e.action, e.before, e.after, tuple(e.words), Audience(e.audience)) for e in rows
    )


async def _attachments(session: AsyncSession, case: Case) -> tuple[AttachmentLine, ...]:
    a = Attachment
    found = (
        select(a.id, a.kind, a.name, a.media_type, a.size, a.problem)  # type: ignore[call-overload]
        .where(or_(col(a.proposal_id) == case.proposal_id, col(a.case_id) == case.id))
        .order_by(a.id)
    )
    return tuple(AttachmentLine(*row) for row in (await session.exec(found)).all())


def _evidence_line(row: Evidence) -> EvidenceLine:
    return EvidenceLine(Stage(row.stage), row.key, row.text, row.waived, row.by, row.at)


def _line(case: Case, ward: str | None, last_at: datetime) -> CaseLine:
    return CaseLine(
        case.number,
        Stage(case.stage),
        ward,
        case.theme,
        case.main,
        case.sub,
        case.city_staff,
        case.opened_at,
        case.stage_since,
        last_at,
    )
