"""A desk with a database under it, and the verbs its stories are told in."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlmodel import col, select

from bot.desk.consultation import advance, staffing
from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import closing
from bot.desk.record import evidence, record
from bot.desk.record.moves import REQUIRED
from bot.desk.record.sight import CaseView, view
from bot.desk.team import staff, team
from storage.db import Database
from storage.models import (
    QUESTIONS,
    AnswerPart,
    Case,
    Channel,
    Citizen,
    OutboxRow,
    PartyKind,
    Proposal,
    ProposalState,
    Role,
    Stage,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=9)))
MAIN, SUB, CITY = "UMAIN", "USUB", "UCITY"


class Desk:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON

    async def does(self, use_case: Callable[..., Awaitable[Any]], *args: Any, **values: Any) -> Any:
        """One use case in its own transaction, as a listener runs it."""
        async with self.database.transaction() as session:
            return await use_case(session, *args, now=self.now, **values)

    async def citizen(self, line_user_id: str = "Ualice") -> Citizen:
        async with self.database.transaction() as session:
            citizen = Citizen(line_user_id=line_user_id, created_at=NOON)
            session.add(citizen)
        return citizen

    async def proposal(self, citizen: Citizen | None = None) -> Proposal:
        """A sent proposal with the five answers; without a citizen it came by phone."""
        async with self.database.transaction() as session:
            proposal = Proposal(
                citizen_id=citizen and citizen.id,
                channel=Channel.LINE if citizen else Channel.PHONE,
                state=ProposalState.SENT,
                ward="鶴見区",
                party=PartyKind.GROUP,
                name="みなと会",
                contact="045-000-0000",
                created_at=NOON,
                updated_at=NOON,
                sent_at=NOON,
            )
            session.add(proposal)
            await session.flush()
            for question in QUESTIONS:
                session.add(
                    AnswerPart(
                        proposal_id=proposal.id,
                        question=question,
                        text=f"{question}の回答です",
                        message_key=question,
                        said_at=NOON,
                    )
                )
        return proposal

    async def opens(self, proposal: Proposal, by: str = "citizen") -> str:
        case = await self.does(received.open_case, proposal, {"overview": "居場所"}, by=by)
        return str(case.number)

    async def case(self, *, stage: Stage = Stage.RECEIVED, line: bool = True, citizen: Citizen | None = None) -> str:
        """A case in a stage, brought there by the use cases themselves."""
        asks = citizen or (await self.citizen() if line else None)
        number = await self.opens(await self.proposal(asks))
        if stage is Stage.RECEIVED:
            return number
        await self.does(received.claim, number, by=MAIN)
        await self.does(staffing.join, number, by=SUB)
        await self.hires(**{CITY: Role.CITY_STAFF})
        await self.does(team.staff, number, city_staff=CITY, by=MAIN)
        while (await self.sees(number)).stage not in (stage, Stage.FOLLOW_UP):
            await self.advances(number)
        if stage is Stage.CLOSED:
            await self.does(closing.close, number, reason="完了", learnings="", by=MAIN)
        return number

    async def advances(self, number: str, by: str = MAIN) -> None:
        """Everything the stage needs is written, and it moves on."""
        stage = (await self.sees(number)).stage
        given = {need.key: f"{need.label}です" for need in REQUIRED[stage] if not need.slot}
        await self.does(advance.advance, number, evidence=given, waived=None, by=by)

    async def writes(self, number: str, key: str, text: str, by: str = MAIN) -> None:
        """A piece of evidence, as the modal of 次の段階へ stores it."""
        async with self.database.transaction() as session:
            case = await record.hold(session, number)
            await evidence.store(session, case, {key: text}, by=by, now=self.now)

    async def hires(self, **people: Role) -> None:
        for slack_id, role in people.items():
            await self.does(staff.add, slack_id, role)

    async def sees(self, number: str) -> CaseView:
        async with self.database.reading() as session:
            return await view(session, number)

    async def asker(self, case_id: int) -> Citizen:
        """The citizen of a case; the desk may know others."""
        async with self.database.reading() as session:
            theirs = select(Citizen).join(Case, col(Case.citizen_id) == Citizen.id).where(Case.id == case_id)
            return (await session.exec(theirs)).one()

    async def sent(self, dest: str, kind: str | None = None) -> list[OutboxRow]:
        async with self.database.reading() as session:
            found = select(OutboxRow).where(OutboxRow.dest == dest).order_by(col(OutboxRow.id))
            return [row for row in (await session.exec(found)).all() if kind in (None, row.kind)]

    async def told_citizen(self) -> list[str]:
        return [row.kind for row in await self.sent("line")]

    async def said_in_thread(self) -> list[str]:
        return [row.payload["say"] for row in await self.sent("slack", "thread")]
