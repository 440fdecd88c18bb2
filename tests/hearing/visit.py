"""A step of a citizen's turn by itself, for stories."""

from datetime import datetime

from rasa_sdk.executor import CollectingDispatcher

from bot.hearing import standing
from bot.hearing.actions import Turn
from bot.hearing.incoming import Incoming
from storage.db import Database


class Visit:
    """A step of a citizen's turn, run as Rasa would have it run."""

    def __init__(self, db: Database, now: datetime) -> None:
        self.db, self.now = db, now

    async def runs(self, step: object, words: str = "相談をはじめる", **args: str) -> tuple[str, dict[str, object]]:
        """The response that a step says, and its values."""
        async with self.db.transaction() as session:
            there = await standing.by_line_id(session, "U1", self.now)
            incoming = Incoming("line:1", "message", "U1", True, self.now, self.now, text=words)
            dispatcher = CollectingDispatcher()
            turn = Turn(session, self.now, incoming, there, "", args, "", dispatcher)
            await step(turn)  # type: ignore[operator]
        (said,) = dispatcher.messages
        return str(said["response"]), said
