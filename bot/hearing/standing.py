"""Where a citizen stands: their draft, their open case, and so the state Rasa should be in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case as case_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import proposals
from bot.desk.consultation.intake.proposals import draft_of
from bot.desk.record.answers import answers
from bot.desk.record.correspondence import SPOKEN
from bot.desk.record.record import Event
from bot.desk.talk import merging
from bot.hearing.incoming import Incoming
from bot.hearing.position import loop_of, slots_of
from bot.hearing.rasa import Position
from storage.models import Case, CaseEvent, Citizen, Proposal, Stage


@dataclass
class Standing:
    """A citizen with what is open for them."""

    citizen: Citizen
    proposal: Proposal | None
    case: Case | None
    given: dict[str, str]
    replied_at: datetime | None = None  # when a coordinator last wrote to the citizen

    @property
    def is_answering_the_desk(self) -> bool:
        """Whether a coordinator's message is newer on the screen than the open question."""
        asked = self.proposal and (self.proposal.asked_at or self.proposal.updated_at)
        return bool(asked and self.replied_at and self.replied_at > asked)

    @property
    def conversation(self) -> str:
        """Rasa's conversation id: a new one per consultation."""
        return f"{self.citizen.id}-{self.citizen.conversation}"

    @property
    def loop(self) -> str | None:
        """The form Rasa should be in."""
        return loop_of(self.proposal, case_open=self.case is not None)

    @property
    def slots(self) -> dict[str, str | None]:
        """The slots Rasa should have."""
        return slots_of(self.proposal, self.given, case_open=self.case is not None)

    @property
    def position(self) -> Position:
        """What Rasa is told with a message, for its tracker to begin from."""
        return {"loop": self.loop, "slots": self.slots}


async def meant(session: AsyncSession, standing: Standing, incoming: Incoming) -> None:
    """Let a tapped command decide about the doubtful messages that may have meant it; an old button decides nothing."""
    about = standing.proposal.id if standing.proposal else standing.case.proposal_id if standing.case else None
    if incoming.intent and not incoming.is_stale(standing.proposal):
        await proposals.was_command(session, about, incoming.intent)


async def by_line_id(session: AsyncSession, user_id: str, now: datetime) -> Standing:
    """Return where a LINE user stands. Of somebody new only the platform's id is stored."""
    citizen = await known(session, user_id)
    if citizen is None:
        citizen = Citizen(line_user_id=user_id, created_at=now)
        session.add(citizen)
        await session.flush()
    return await of(session, citizen)


def is_here(citizen: Citizen, incoming: Incoming, *, following: bool = True) -> None:
    """Note that somebody writes or follows, or has blocked the account, unless something newer is known."""
    if citizen.following_at is None or incoming.at >= citizen.following_at:
        citizen.following, citizen.following_at = following, incoming.at


async def known(session: AsyncSession, user_id: str) -> Citizen | None:
    """Return the citizen with a LINE id; None for somebody who is new or was erased."""
    return (await session.exec(select(Citizen).where(Citizen.line_user_id == user_id))).first()


async def of(session: AsyncSession, citizen: Citizen) -> Standing:
    """Return where a citizen stands now."""
    proposal = await draft_of(session, citizen.id)
    given = await answers(session, proposal.id) if proposal else {}
    reply = await _last_reply(session, citizen.id)
    case = await _case_to_talk_about(session, citizen.id, reply)
    return Standing(citizen, proposal, case, given, reply.at if reply else None)


async def _case_to_talk_about(session: AsyncSession, citizen_id: int | None, reply: CaseEvent | None) -> Case | None:
    """Return the case whose coordinator wrote last, else the newest open one, else the newest that has ended.

    An ended case comes before an open one only if the citizen was last asked there what should be changed in a text.
    """
    is_over = case_((col(Case.stage) == Stage.CLOSED, 1), else_=0)
    wrote_last = case_((col(Case.id) == (reply.case_id if reply else 0), 0), else_=1)
    order = (wrote_last, is_over) if reply and reply.action == Event.MENDING_WISHED else (is_over, wrote_last)
    rows = await session.exec(select(Case).where(Case.citizen_id == citizen_id).order_by(*order, col(Case.id).desc()))
    case = rows.first()
    heir = await merging.living(session, case) if case else None
    return heir if heir and heir.citizen_id == citizen_id else case


async def _last_reply(session: AsyncSession, citizen_id: int | None) -> CaseEvent | None:
    rows = await session.exec(
        select(CaseEvent)
        .join(Case, col(Case.id) == CaseEvent.case_id)
        .where(Case.citizen_id == citizen_id, col(CaseEvent.action).in_(SPOKEN))
        .order_by(col(CaseEvent.id).desc())
    )
    return rows.first()
