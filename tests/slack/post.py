"""The postman of an office in Slack, for stories."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.delivery.postman import Postman
from bot.slack.sending.transport import SlackTransport
from storage.models import OutboxRow
from tests.slack.person import CHANNEL
from tests.slack.slack_office import Office, Shelf


@dataclass
class Post:
    """The postman of an office, whose clock a test may turn."""

    office: Office
    now: datetime

    def __post_init__(self) -> None:
        transport = SlackTransport(self.office.client, self.office.db, Shelf(), CHANNEL, lambda: self.now)
        self.postman = Postman(self.office.db, {"slack": transport}, lambda: self.now)

    async def goes(self, after: float = 0.0) -> None:
        """One round, some seconds later: everything that is due is tried once."""
        self.now += timedelta(seconds=after)
        for row in await self.postman.claim(8, self.now):
            await self.postman.work(row)

    async def rows(self) -> list[OutboxRow]:
        async with self.office.db.reading() as session:
            return list((await session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))).all())
