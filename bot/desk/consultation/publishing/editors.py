"""Four eyes: who publishes a case neither wrote its text nor works on the case (DECISIONS 23)."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record.moves import Action
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse, who
from bot.desk.team import seats, staff
from storage.models import Case, CaseEvent, Proposal

WROTE = (Action.DRAFT, Event.CONSENT_NOTED)  # the lines of who wrote the text, showed it, or took the word on it


async def refuse_bound(session: AsyncSession, case: Case, by: str) -> None:
    """Refuse a person who is bound to the case or to its text, and name those who aren't."""
    bound = await _bound(session, case)
    if by not in bound:
        return
    proposal = await session.get_one(Proposal, case.proposal_id)
    able = await staff.able(session, Action.PUBLISH, proposal.ward or "")
    free = [person for person in able if person not in bound]
    if not free:
        raise refuse("publication_nobody_else")
    raise refuse("publication_four_eyes", who="、".join(f"{who(person)} さん" for person in free))


async def _bound(session: AsyncSession, case: Case) -> set[str]:
    wrote = select(CaseEvent.by).where(CaseEvent.case_id == case.id, col(CaseEvent.action).in_(WROTE))
    return {*seats.taken(case), *(await session.exec(wrote)).all()}
