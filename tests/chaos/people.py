"""Citizens who tell an idea and then write on, and LINE's way of bringing what they say."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.desk.consultation.intake.received import open_case
from storage.models import QUESTIONS, Proposal, ProposalState
from storage.models import Citizen as Known
from tests.chaos.edge_line import NUMBER, TOKEN
from tests.chaos.waits import until
from tests.chaos.world import World

PATIENCE = 60.0  # seconds until somebody counts as stuck
CANARIES = ("みなとの花壇", "Kadan-no-Kai")
WORDS = f"{CANARIES[0]}を育てたい。{CANARIES[1]}です"  # with a mark: what every answer and message says


class Citizen:
    """Somebody with LINE."""

    def __init__(self, world: World) -> None:
        self.world, self.id = world, f"U{next(world.people):032x}"
        self.number = ""  # of the case, when there is one
        self._bringing: list[asyncio.Task[None]] = []

    async def tells_an_idea(self) -> str:
        """Go through the whole hearing, each step after the answer to the one before; return a mark of the answers."""
        await self._answered(self._tap("start_consultation"))
        await self._answered(self._tap("agree"))
        told = [await self._answered(self._text("answer", f"part:{question}")) for question in QUESTIONS]
        for _ in range(4):
            await self._answered(self._tap("skip"))
        await self._answered(self._tap("submit"))
        return str(told[0]["webhookEventId"])

    async def sees_the_case(self, mark: str) -> str:
        """Wait until the card that shows this mark is in Slack, and return the case's number."""
        card = await self._until(lambda: self.world.slack.card_with(mark), "the card")
        self.number = NUMBER.findall(str(card["text"]))[0]
        return self.number

    async def is_claimed(self, by: str) -> None:
        """A coordinator presses 担当する until Slack takes it, now and then twice."""
        stamp = str(int(time.time()))

        async def taken() -> bool:
            return await self.world.press(self.number, by, self.id, stamp) == 200

        await until(taken, "a 200 for a press", PATIENCE, self._again)
        if self.world.random.random() < 0.5:
            await self.world.press(self.number, by, self.id, stamp)

    async def has_a_case(self) -> str:
        """Be somebody who told an idea some time ago; return the number of the case."""
        now = datetime.now(UTC)
        async with self.world.db.transaction() as session:
            citizen = Known(line_user_id=self.id, created_at=now)
            session.add(citizen)
            await session.flush()
            told = Proposal(citizen_id=citizen.id, state=ProposalState.SENT, created_at=now, updated_at=now)
            session.add(told)
            await session.flush()
            case = await open_case(session, told, {}, by="citizen", now=now)
        self.number = case.number
        return self.number

    def writes(self, *, reply: bool = True) -> dict[str, Any]:
        """Return a message about the case, still to be brought; without `reply` it must be answered by a push."""
        event = self._text("answer", "note", "line")
        return event if reply else {name: value for name, value in event.items() if name != "replyToken"}

    def sends(self, event: Mapping[str, Any]) -> None:
        """Let LINE bring an event whenever it can, perhaps more than once, while life goes on."""
        self._bringing.append(asyncio.create_task(self._bring_and_repeat(event)))

    async def has_sent_all(self) -> None:
        """Wait until LINE has got rid of everything."""
        await asyncio.gather(*self._bringing)

    async def bring(self, event: Mapping[str, Any]) -> None:
        """Deliver an event until the hub takes it, as LINE's redelivery does."""
        await self.world.brings([event], self._again)

    async def _bring_and_repeat(self, event: Mapping[str, Any]) -> None:
        await self.bring(event)
        for _ in range(self.world.random.choice((0, 0, 0, 1, 3))):
            await asyncio.sleep(self.world.random.uniform(0, 1.5))
            self.world.broke("duplicate")
            await self.bring({**event, "deliveryContext": {"isRedelivery": True}})

    async def _answered(self, event: dict[str, Any]) -> dict[str, Any]:
        await self.bring(event)
        mark = event["webhookEventId"]
        await self._until(lambda: self.world.history.answered(mark), f"an answer to {mark}")
        return event

    async def _until(self, true: Callable[[], Any], what: str) -> Any:
        return await until(true, f"{self.id} is stuck: {what}", PATIENCE)

    def _again(self) -> float:
        return self.world.random.uniform(0.1, 0.5)

    def _text(self, *purposes: str) -> dict[str, Any]:
        mark = self.world.promised(self.id, *purposes)
        message = {"type": "text", "id": f"id-{mark}", "text": f"{WORDS} {mark}"}
        return self._event(mark, {"type": "message", "message": message})

    def _tap(self, intent: str) -> dict[str, Any]:
        mark = self.world.promised(self.id, "answer")
        return self._event(mark, {"type": "postback", "postback": {"data": f"do=/{intent}"}})

    def _event(self, mark: str, what: dict[str, Any]) -> dict[str, Any]:
        return {
            "mode": "active", "timestamp": int(time.time() * 1000), "webhookEventId": mark,
            "deliveryContext": {"isRedelivery": False}, "source": {"type": "user", "userId": self.id},
            "replyToken": TOKEN + mark, **what,
        }  # fmt: skip
