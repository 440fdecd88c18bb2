"""A centre whose clock is turned: cases are brought somewhere, time passes, and what was said is read."""

from collections import Counter as Counts
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select, update

from bot.desk.team import staff
from bot.nudges.tick import Ticker
from bot.tables.reminders import rules
from bot.when import TOKYO
from storage.db import Database
from storage.models import Case, Citizen, Delivery, Nudge, OutboxRow, Proposal, Role
from tests.desk.case_desk import CITY, MAIN, SUB, Desk

LEAD = "ULEAD"
MORNING = datetime(2026, 11, 24, 10, tzinfo=TOKYO)  # a Tuesday


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


class Centre(Desk):
    """The desk, and the tick over it."""

    def __init__(self, database: Database, now: datetime = MORNING, *, mornings: bool = False) -> None:
        super().__init__(database)
        self.mornings = mornings
        self.now = now
        self.woken = 0
        self.ticker = self.a_ticker()

    def a_ticker(self, **more: Any) -> Ticker:
        """A tick without the morning's round, unless that is the story."""
        table = {name: rule for name, rule in rules().items() if self.mornings or name != "digest"}
        return Ticker(self.database, lambda: self.now, self._wake, rules=table, **more)

    def _wake(self) -> None:
        self.woken += 1

    async def staffed(self) -> None:
        await self.hires(**{MAIN: Role.COORDINATOR, SUB: Role.COORDINATOR, CITY: Role.CITY_STAFF, LEAD: Role.LEAD})

    async def draft(self, line_user_id: str = "Udraft") -> Proposal:
        citizen = await self.citizen(line_user_id)
        async with self.database.transaction() as session:
            draft = Proposal(citizen_id=citizen.id, question="background", created_at=self.now, updated_at=self.now)
            session.add(draft)
        return draft

    async def passes(self, **by: float) -> None:
        """Time goes on, and the hub ticks whenever something is due."""
        await self.until(self.now + timedelta(**by))

    async def until(self, moment: str | datetime) -> None:
        """Go from due row to due row, as ticks every ten seconds would find them."""
        end = jst(moment) if isinstance(moment, str) else moment
        await self.ticker.tick()
        while self.now < end:
            self.now = min(await self._next_due() or end, end)
            await self.ticker.tick()

    async def _next_due(self) -> datetime | None:
        async with self.database.reading() as session:
            due = select(func.min(Nudge.due_at)).where(Nudge.status == Delivery.NEW, Nudge.due_at > self.now)
            return (await session.exec(due)).one()

    async def posted(self) -> None:
        """All that was queued has left."""
        async with self.database.transaction() as session:
            waits = update(OutboxRow).where(col(OutboxRow.status) == Delivery.NEW)
            await session.exec(waits.values(status=Delivery.DONE))

    async def sleeps_until(self, moment: str) -> None:
        """The hub is down meanwhile, and starts again."""
        self.now = jst(moment)
        self.ticker = self.a_ticker()
        await self.ticker.tick()

    async def change(self, row: Any, **values: Any) -> None:
        """Something happened elsewhere; the sweep will see it."""
        async with self.database.transaction() as session:
            found = await session.get_one(type(row), row.id)
            for name, value in values.items():
                setattr(found, name, value)
            session.add(found)
        self.ticker._swept = None

    async def adds(self, *rows: Any) -> Any:
        async with self.database.transaction() as session:
            session.add_all(rows)
        self.ticker._swept = None
        return rows[0]

    async def the_case(self, number: str) -> Case:
        async with self.database.reading() as session:
            return (await session.exec(select(Case).where(Case.number == number))).one()

    async def the_citizen(self, number: str) -> Citizen:
        async with self.database.reading() as session:
            return await session.get_one(Citizen, (await self.the_case(number)).citizen_id)

    async def nudges(self, rule: str | None = None, status: str | None = None) -> list[Nudge]:
        async with self.database.reading() as session:
            rows = (await session.exec(select(Nudge).order_by(col(Nudge.due_at), col(Nudge.id)))).all()
        return [row for row in rows if rule in (None, row.rule) and status in (None, row.status)]

    async def said(self) -> Counts[str]:
        """How often each rule was said."""
        return Counts(row.rule for row in await self.nudges(status=Delivery.DONE) if row.rule != "digest")

    async def messages(self, dest: str, kind: str) -> list[OutboxRow]:
        return [row for row in await self.sent(dest, kind) if row.kind == kind]

    async def direct(self, slack_id: str) -> list[OutboxRow]:
        """The collected messages to one person."""
        rows = await self.messages("slack", "direct")
        return [row for row in rows if row.payload["to"] == slack_id and row.payload["say"] == "nudges"]


async def role(session: Any, slack_id: str, role: Role, *, now: datetime) -> None:
    await staff.add(session, slack_id, role, now=now)
