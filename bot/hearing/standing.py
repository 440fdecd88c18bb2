"""Where a citizen stands: their draft, their open case, and so the state Rasa should be in."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases.answers import answers
from bot.cases.proposals import draft_of
from bot.hearing.alignment import loop_of, slots_of
from storage.models import Case, Citizen, Proposal, Stage


@dataclass
class Standing:
    """A citizen with what is open for them."""

    citizen: Citizen
    proposal: Proposal | None
    case: Case | None
    given: dict[str, str]

    @property
    def conversation(self) -> str:
        """Rasa's conversation id: a new one per consultation keeps trackers small."""
        return f"{self.citizen.id}-{self.citizen.conversation}"

    @property
    def loop(self) -> str | None:
        """The form Rasa should be in."""
        return loop_of(self.proposal, case_open=self.case is not None)

    @property
    def slots(self) -> dict[str, str | None]:
        """The slots Rasa should have."""
        return slots_of(self.proposal, self.given, case_open=self.case is not None)


async def by_line_id(session: AsyncSession, user_id: str, now: datetime) -> Standing:
    """Return where a LINE user stands; someone new becomes known by the platform's id only."""
    citizen = (await session.exec(select(Citizen).where(Citizen.line_user_id == user_id))).first()
    if citizen is None:
        citizen = Citizen(line_user_id=user_id, created_at=now)
        session.add(citizen)
        await session.flush()
    return await of(session, citizen)


async def of(session: AsyncSession, citizen: Citizen) -> Standing:
    """Return where a citizen stands now."""
    proposal = await draft_of(session, citizen.id)
    given = await answers(session, proposal.id) if proposal else {}
    return Standing(citizen, proposal, await open_case_of(session, citizen.id), given)


async def open_case_of(session: AsyncSession, citizen_id: int | None) -> Case | None:
    """Return the citizen's newest case that isn't closed."""
    rows = await session.exec(
        select(Case).where(Case.citizen_id == citizen_id, Case.stage != Stage.CLOSED).order_by(col(Case.id).desc())
    )
    return rows.first()
