"""A citizen who talks with the real inbox and turns, and a stand-in for Rasa; for stories."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.inbox import InboxWorker
from bot.desk.consultation.intake import received
from bot.desk.record.answers import answers
from bot.hearing.endpoint import Actions
from bot.hearing.rasa import Rasa
from bot.hearing.turn import Turns
from bot.line.webhook import arrivals
from storage.db import Database
from storage.models import Case, Citizen, InboxRow, OutboxRow, Proposal, ProposalState
from tests.hearing.arriving import arrives
from tests.stand_ins.rasa import TOKEN, RasaStandIn, serving


class Talk:
    """One citizen, the real inbox and turns, and the stand-in; time passes when a test says so."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, datetime(2026, 11, 24, 3, tzinfo=UTC)
        actions = Actions(db, self.clock, TOKEN)
        self.rasa = RasaStandIn(actions)
        self.hub: Callable[[Database], InboxWorker]
        self.worker: InboxWorker
        self._n = 0

    def clock(self) -> datetime:
        return self.now

    async def writes(self, *texts: str) -> None:
        """Messages in a row; what has a slash in front is a tapped button."""
        for text in texts:
            tapped = text.startswith("/")
            await self._arrives({"postback": {"data": f"do={text}"}} if tapped else message(text))

    async def types(self, text: str) -> None:
        """A message, whatever it begins with."""
        await self._arrives(message(text))

    async def sends(self, kind: str, **message: Any) -> str:
        """A message of any kind; its id."""
        await self._arrives({"message": {"type": kind, **message}})
        return str(self._n)

    async def edits(self, message_id: str, text: str, *, at: datetime | None = None) -> None:
        """New words in an old message; `at`: LINE brings them once more, as of then."""
        new = {"message": {"type": "text", "text": text, "id": message_id}, "type": "messageEdited"}
        await self._arrives(new | _again(at))

    async def happens(self, kind: str, *, at: datetime) -> None:
        """Something without words, such as an unfollow, that LINE brings once more, as of then."""
        await self._arrives({kind: {}} | _again(at))

    async def unsends(self, message_id: str) -> None:
        """A message taken back."""
        await self._arrives({"unsend": {"messageId": message_id}})

    async def _arrives(self, what: dict[str, Any]) -> None:
        self._n += 1
        self.now += timedelta(seconds=1)
        if "message" in what:
            what["message"].setdefault("id", str(self._n))
        event = {
            "type": next(iter(what)),
            "timestamp": self.now.timestamp() * 1000,
            "replyToken": f"t{self._n}",
            "source": {"type": "user", "userId": "U1"},
            "webhookEventId": str(self._n),
            **what,
        }
        for arrival in arrivals(json.dumps({"events": [event]}).encode()):
            await arrives(self.db, self.clock, arrival)

    async def goes_on(self, rounds: int = 8, seconds: float = 30) -> None:
        """Work on what is due, some seconds apart; every question is on the screen at once."""
        for _ in range(rounds):
            for row in await self.worker.claim(8, self.now):
                await self.worker.work(row)
            async with self.db.transaction() as session:
                for proposal in (await session.exec(select(Proposal))).all():
                    proposal.asked_at = proposal.asked_at or self.now
                for sent in (await session.exec(select(OutboxRow))).all():
                    sent.status = "done"
            self.now += timedelta(seconds=seconds)

    async def answers(self) -> dict[str, str]:
        async with self.db.reading() as session:
            given = await answers(session, (await session.exec(select(Proposal.id))).one())
        return {question: words for question, words in given.items() if words}

    async def said(self) -> list[str]:
        """The kinds of what went to the citizen, with the question that was asked."""
        async with self.db.reading() as session:
            found = select(OutboxRow).where(OutboxRow.dest == "line").order_by(col(OutboxRow.id))
            rows = (await session.exec(found)).all()
        return [row.payload["messages"][-1]["text"] if row.kind == "turn" else row.kind for row in rows]

    async def inbox(self) -> list[str]:
        async with self.db.reading() as session:
            return [row.status for row in (await session.exec(select(InboxRow).order_by(InboxRow.id))).all()]  # type: ignore[arg-type]


@asynccontextmanager
async def begun(db: Database) -> AsyncIterator[Talk]:
    """A talk in which the first question is open."""
    talk = Talk(db)
    async with serving(talk.rasa) as (session, url):
        talk.hub = lambda db: InboxWorker(db, {"line": Turns(db, Rasa(session, url, ""), talk.clock)}, talk.clock)
        talk.worker = talk.hub(db)
        await talk.writes("/agree")
        await talk.goes_on(1)
        yield talk


async def a_case(session: AsyncSession) -> Case:
    """A second consultation of the same citizen, at the desk already."""
    citizen = (await session.exec(select(Citizen))).one()
    now = citizen.created_at
    sent = Proposal(citizen_id=citizen.id, state=ProposalState.SENT, created_at=now, updated_at=now)
    session.add(sent)
    await session.flush()
    return await received.open_case(session, sent, {}, by="citizen", now=now)


def _again(at: datetime | None) -> dict[str, Any]:
    return {"timestamp": at.timestamp() * 1000, "deliveryContext": {"isRedelivery": True}} if at else {}


def message(text: str) -> dict[str, Any]:
    return {"message": {"type": "text", "text": text}}
