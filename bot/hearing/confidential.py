"""Privacy mode `confidential`: who agrees on LINE is handed the address of the web form instead of being asked."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import forms, proposals
from bot.hearing.buttons import intent_of
from bot.hearing.incoming import Incoming
from bot.hearing.standing import Standing
from bot.hearing.taps.kinds import Said
from bot.phrases import phrase
from storage.models import Channel, Proposal, ProposalState

FormAt = Callable[[int], str]


def agrees(incoming: Incoming) -> bool:
    """Tell whether the citizen has just agreed, by the button or in its words."""
    return intent_of(incoming) == "agree" or incoming.words.strip() == phrase("label_command_agree")


async def hand_out(session: AsyncSession, standing: Standing, key: str, now: datetime, at: FormAt) -> Said:
    """Return the address of the citizen's form: of the one begun already, or of a new one."""
    draft = await _begun(session, standing.citizen.id)
    if draft is None:
        draft = await forms.begin(session, version=phrase("consent_version"), now=now, citizen=standing.citizen)
        proposals.stamp(draft, key, now)
    return [{"text": phrase("form_link", link=at(draft.id or 0))}]


async def _begun(session: AsyncSession, citizen_id: int | None) -> Proposal | None:
    found = select(Proposal).where(
        Proposal.citizen_id == citizen_id, Proposal.state == ProposalState.DRAFT, Proposal.channel == Channel.WEB
    )
    return (await session.exec(found.order_by(col(Proposal.id).desc()))).first()
