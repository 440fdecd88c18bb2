"""What can be seen of cases: the whole of one for staff, lists, and the part that is the citizen's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import evidence, files, record, telling, work
from bot.desk.record.answers import answers, asides
from bot.desk.record.kinds import Requirement
from bot.desk.record.moves import KINDS, kind_of
from bot.desk.record.telling import Reach
from bot.desk.record.work import NOTHING_DONE, Work
from storage.models import Attachment, Audience, Case, CaseEvent, Evidence, Proposal, Stage


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
    ward_channel_id: str | None = None  # and where its second card is
    ward_card_ts: str | None = None
    merged_into: str | None = None  # the number of the case it was the same as
    work: Work = NOTHING_DONE  # ② to ⑤
    kind: str = "case"
    asides: tuple[str, ...] = ()  # what the citizen wrote beside the answers, verbatim

    @property
    def stage_label(self) -> str:
        """What people read of its stage."""
        return KINDS[self.kind].stages[self.stage]


async def view(session: AsyncSession, number: str) -> CaseView:
    """Return the whole of a case, or raise CaseNotFound."""
    return await view_of(session, await record.get(session, number))


async def view_of(session: AsyncSession, case: Case) -> CaseView:
    """Return the whole of a case that was read already."""
    told = await session.get(Proposal, case.proposal_id) if case.proposal_id else None
    proposal = told or Proposal(channel="", created_at=case.opened_at, updated_at=case.opened_at)
    stated = await evidence.stated(session, case)
    return CaseView(
        id=case.id or 0,
        number=case.number,
        version=case.version,
        stage=kind_of(case).stage(case.stage),
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
        evidence=tuple(map(_evidence_line, stated.values())),
        lacking=tuple(evidence.missing(case, stated)),
        reach=await telling.reach(session, case),
        channel_id=case.channel_id,
        card_ts=case.card_ts,
        ward_channel_id=case.ward_channel_id,
        ward_card_ts=case.ward_card_ts,
        merged_into=case.merged_into,
        work=await work.of(session, case),
        kind=case.kind,
        asides=tuple(part.text for part in await asides(session, proposal.id)),
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
        "asides": list(case.asides),
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
        "work": work.work_json(case.work),
    }


async def _history(session: AsyncSession, case: Case) -> tuple[HistoryLine, ...]:
    found = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id))
    rows: Sequence[CaseEvent] = (await session.exec(found)).all()
    return tuple(
        HistoryLine(e.at, e.by, e.action, e.before, e.after, tuple(e.words), Audience(e.audience)) for e in rows
    )


async def _attachments(session: AsyncSession, case: Case) -> tuple[AttachmentLine, ...]:
    a = Attachment
    found = select(a.id, a.kind, a.name, a.media_type, a.size, a.problem).where(files.of(case))  # type: ignore[call-overload]
    return tuple(AttachmentLine(*row) for row in (await session.exec(files.as_sent(found))).all())


def _evidence_line(row: Evidence) -> EvidenceLine:
    return EvidenceLine(Stage(row.stage), row.key, row.text, row.waived, row.by, row.at)
