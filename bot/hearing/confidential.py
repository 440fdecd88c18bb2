"""Privacy mode `confidential`: nothing is asked in the talk; who would be asked is handed the web form's address."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import forms, proposals
from bot.desk.record.answers import MESSAGE
from bot.desk.talk.talk import citizen_wrote
from bot.hearing.buttons import intent_of
from bot.hearing.incoming import Incoming
from bot.hearing.standing import Standing
from bot.hearing.taps.kinds import Said
from bot.phrases import phrase
from knowledge.language.blanks import has_words
from storage.models import Case, Channel, Proposal, ProposalState

FormAt = Callable[[int], str]
# Commands about a draft: on the form each of them is something one sees.
TYPED_TOO = ("resume", "submit", "correct_answer", "add_more", "skip", "go_back", "pause", "status_query")
OF_A_DRAFT = (*TYPED_TOO, "answer_as_is", "show_answer")
_TYPED = {phrase(f"label_command_{name}") for name in TYPED_TOO}


def agrees(incoming: Incoming) -> bool:
    """Tell whether the citizen has just agreed, by the button or in its words."""
    return intent_of(incoming) == "agree" or incoming.words.strip() == phrase("label_command_agree")


async def instead(
    session: AsyncSession, standing: Standing, incoming: Incoming, *, is_command: bool, now: datetime, at: FormAt
) -> Said | None:
    """Return what is said where the talk would ask, or repeat words; None is for Rasa, which answers commands."""
    draft = await _begun(session, standing.citizen.id)
    if agrees(incoming):
        return await _hand_out(session, standing, draft, incoming.key, now, at)
    if draft and (not is_command or _is_about_the_draft(incoming)):
        return await _hand_out(session, standing, draft, incoming.key, now, at)
    if standing.case and not is_command and has_words(incoming.words):
        return await _pass_on(session, standing.case, incoming, now, at)
    return None


def _is_about_the_draft(incoming: Incoming) -> bool:
    return intent_of(incoming) in OF_A_DRAFT or incoming.words.strip() in _TYPED


async def _hand_out(
    session: AsyncSession, standing: Standing, draft: Proposal | None, key: str, now: datetime, at: FormAt
) -> Said:
    """The address of the form begun already, or of a new one; a draft told in the talk so far goes on there."""
    if draft is None:
        draft = await forms.begin(session, version=phrase("consent_version"), now=now, citizen=standing.citizen)
    draft.channel, draft.question = Channel.WEB, None
    proposals.stamp(draft, key, now)
    return [{"text": phrase("form_link", link=at(draft.id or 0))}]


async def _pass_on(session: AsyncSession, case: Case, incoming: Incoming, now: datetime, at: FormAt) -> Said:
    """Words in the talk aren't lost; what is said to them repeats none, and shows where they are better written."""
    said = incoming.said()
    await proposals.keep(session, case.proposal_id, MESSAGE, said)
    await citizen_wrote(session, case, [said.text], key=incoming.key, now=now)
    return [{"text": phrase("passed_on", number=case.number, link=at(case.proposal_id))}]


async def _begun(session: AsyncSession, citizen_id: int | None) -> Proposal | None:
    found = select(Proposal).where(Proposal.citizen_id == citizen_id, Proposal.state == ProposalState.DRAFT)
    return (await session.exec(found.order_by(col(Proposal.id).desc()))).first()
