"""A citizen of a case who taps and types what the desk put to them, through the real inbox and turns."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

import aiohttp
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.accept import Arrival
from bot.delivery.inbox import InboxWorker
from bot.desk.consultation.intake import received
from bot.hearing.rasa import Rasa
from bot.hearing.turn import Turns
from storage.db import Database
from storage.models import Case, Citizen, OutboxRow, Proposal, ProposalState, Stage
from tests.hearing.arriving import arrives

MAIN, SUB = "UMAIN", "USUB"


class DeskTalk:
    """One citizen with one case; Rasa isn't there, and taps don't need it."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, datetime(2026, 11, 24, 3, tzinfo=UTC)
        self._n = count(1)

    async def a_case(self, stage: Stage, line_id: str = "U1") -> str:
        """A case of the citizen that stands in a stage."""
        async with self.db.transaction() as session:
            citizen = Citizen(line_user_id=line_id, created_at=self.now)
            session.add(citizen)
            await session.flush()
            proposal = Proposal(
                citizen_id=citizen.id, state=ProposalState.SENT, created_at=self.now, updated_at=self.now
            )
            session.add(proposal)
            await session.flush()
            case = await received.open_case(session, proposal, {}, by="citizen", now=self.now)
            case.stage, case.main, case.sub = stage, MAIN, SUB
            session.add(case)
            return case.number

    async def taps(self, **args: str | int) -> str:
        """Tap a button under news, and return what is answered."""
        return await self._arrives({"type": "postback", "postback": {"data": urlencode(args)}})

    async def types(self, text: str) -> str:
        """Type words, and return what is answered; nothing, when they are for Rasa."""
        message = {"type": "text", "text": text, "id": f"m{next(self._n)}"}
        return await self._arrives({"type": "message", "message": message})

    async def case(self, number: str) -> Case:
        async with self.db.reading() as session:
            return (await session.exec(select(Case).where(Case.number == number))).one()

    async def row(self, table: type[Any], id: int) -> Any:
        async with self.db.reading() as session:
            return await session.get_one(table, id)

    async def _arrives(self, what: dict[str, Any]) -> str:
        self.now += timedelta(seconds=1)
        key = f"line:{next(self._n)}"
        event = {
            "timestamp": self.now.timestamp() * 1000,
            "replyToken": key,
            "source": {"type": "user", "userId": "U1"},
            **what,
        }
        await arrives(self.db, lambda: self.now, Arrival("line", key, "line:U1", json.dumps(event).encode()))
        async with aiohttp.ClientSession() as session:
            turns = Turns(self.db, Rasa(session, "http://127.0.0.1:9", ""), lambda: self.now)
            worker = InboxWorker(self.db, {"line": turns}, lambda: self.now)
            for row in await worker.claim(8, self.now):
                await worker.work(row)
        return await self._said(key)

    async def _said(self, key: str) -> str:
        async with self.db.reading() as session:
            row = (await session.exec(select(OutboxRow).where(OutboxRow.key == f"{key}:turn"))).one_or_none()
        return row.payload["messages"][-1]["text"] if row else ""


async def said_in_thread(session: AsyncSession) -> list[str]:
    """The keys of the notes of every thread, oldest first."""
    rows = await session.exec(select(OutboxRow).where(OutboxRow.kind == "thread").order_by(col(OutboxRow.id)))
    return [row.payload["say"] for row in rows.all()]
