"""The centre's own consultations: found by staff while they are open, and recognised when one comes twice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.entries import CONSULTATION, Entry
from knowledge.language import parties, wards
from storage.models import QUESTIONS, AnswerPart, Case, PartState, Proposal, ProposalState

LABEL = {
    "overview": "概要",
    "background": "背景・動機",
    "members": "メンバー",
    "history": "これまで",
    "schemes": "制度",
}


async def read(
    session: AsyncSession, *, after: str = "", ids: Sequence[str] | None = None, limit: int = 500
) -> list[tuple[str, Entry | None]]:
    """Return cases by their numbers as entries; None for one that was erased, withdrawn or merged."""
    query: Any = select(Case, Proposal).join(Proposal, col(Proposal.id) == Case.proposal_id)
    if ids is None:
        query = query.where(col(Case.number) > after).order_by(col(Case.number)).limit(limit)
    else:
        query = query.where(col(Case.number).in_(ids))
    found = (await session.exec(query)).all()
    told = await _told(session, [proposal.id for _, proposal in found])
    return [(case.number, _entry(case, proposal, told.get(proposal.id, {}))) for case, proposal in found]


async def _told(session: AsyncSession, proposals: Sequence[int]) -> dict[int, dict[str, str]]:
    query = (
        select(AnswerPart)
        .where(col(AnswerPart.proposal_id).in_(proposals), AnswerPart.state == PartState.KEPT)
        .where(AnswerPart.kind == "text", col(AnswerPart.question).in_(QUESTIONS))
        .order_by(col(AnswerPart.said_at), col(AnswerPart.id))
    )
    told: dict[int, dict[str, str]] = defaultdict(dict)
    for part in (await session.exec(query)).all():
        before = told[part.proposal_id].get(part.question)
        told[part.proposal_id][part.question] = f"{before}\n{part.text}" if before else part.text
    return told


def _entry(case: Case, proposal: Proposal, told: Mapping[str, str]) -> Entry | None:
    if not any(told.values()) or proposal.state == ProposalState.WITHDRAWN or case.merged_into:
        return None
    place = wards.exact(proposal.ward or "")
    return Entry(
        id=case.number,
        kind=CONSULTATION,
        title="",  # the number says nothing of a person, and a citizen's words are no title
        ward=proposal.ward or "",
        summary="",
        fields={LABEL[question]: told.get(question, "") for question in QUESTIONS},
        theme=case.theme,
        party=parties.named(proposal.party or "") or "",
        published=False,
        wards=(place,) if place else (),
    )
