"""A citizen who talks with the real inbox and turns, and a stand-in for Rasa; for stories."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import select

from bot.delivery.accept import Arrival
from bot.delivery.inbox import InboxWorker
from bot.desk.record.answers import answers
from bot.hearing.endpoint import Actions
from storage.db import Database
from storage.models import InboxRow, OutboxRow, Proposal
from tests.hearing.arriving import arrives
from tests.stand_ins.rasa import TOKEN, RasaStandIn


class Talk:
    """One citizen, the real inbox and turns, and the stand-in; time passes when a test says so."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, datetime(2026, 11, 24, 3, tzinfo=UTC)
        actions = Actions(db, self.clock, TOKEN)
        self.rasa = RasaStandIn(actions)
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

    async def edits(self, message_id: str, text: str) -> None:
        """New words in an old message."""
        await self._arrives({"message": {"type": "text", "text": text, "id": message_id}, "type": "messageEdited"})

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
            **what,
        }
        await arrives(self.db, self.clock, Arrival("line", f"line:{self._n}", "line:U1", json.dumps(event).encode()))

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
            rows = (await session.exec(select(OutboxRow).order_by(OutboxRow.id))).all()  # type: ignore[arg-type]
        return [row.payload["messages"][-1]["text"] if row.kind == "turn" else row.kind for row in rows]

    async def inbox(self) -> list[str]:
        async with self.db.reading() as session:
            return [row.status for row in (await session.exec(select(InboxRow).order_by(InboxRow.id))).all()]  # type: ignore[arg-type]


def message(text: str) -> dict[str, Any]:
    return {"message": {"type": "text", "text": text}}
