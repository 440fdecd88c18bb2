"""Citizens who tell the centre something, through the use cases that make it a case."""

import itertools
from datetime import datetime, timedelta, timezone

from bot.desk.consultation import privacy
from bot.desk.consultation.intake import proposals, received
from bot.desk.consultation.intake.proposals import Said
from storage.db import Database
from storage.models import Channel, Citizen, Proposal, ProposalState

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=9)))
_numbers = itertools.count(1)


async def citizen(database: Database) -> Citizen:
    async with database.transaction() as session:
        made = Citizen(line_user_id=f"U{next(_numbers)}", created_at=NOON)
        session.add(made)
    return made


async def tells(database: Database, by: Citizen | None = None, *, about: str = "", **answers: str) -> str:
    """A proposal is sent and becomes a case; return its number. Its LINE messages are called `about` and the question.

    Without a citizen it came by phone.
    """
    async with database.transaction() as session:
        proposal = Proposal(
            citizen_id=by and by.id,
            channel=Channel.LINE if by else Channel.PHONE,
            state=ProposalState.SENT,
            created_at=NOON,
            updated_at=NOON,
            sent_at=NOON,
        )
        session.add(proposal)
        await session.flush()
        for question, text in answers.items():
            message = f"{about}-{question}" if about else None
            key = f"m:{next(_numbers)}"
            await proposals.keep(session, proposal.id or 0, question, Said(key, NOON, text, line_message_id=message))
        case = await received.open_case(session, proposal, {}, by="citizen", now=NOON)
        return str(case.number)


async def unsends(database: Database, message: str) -> None:
    async with database.transaction() as session:
        await privacy.unsend(session, message, now=NOON)


async def erases_everything(database: Database, one: Citizen) -> None:
    async with database.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, one.id), now=NOON)
