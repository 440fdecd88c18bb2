"""The month of life: every stage, many wards and themes, made by the use cases, and only once."""

from collections import Counter
from datetime import UTC, datetime

from sqlmodel import select

from bot.life import a_month
from storage.db import Database
from storage.models import Case, CaseEvent, Delivery, Meeting, OutboxRow, Proposal, Stage

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


async def test_a_month_has_cases_in_every_stage_ward_and_theme(database: Database) -> None:
    made = await a_month(database, NOW)

    async with database.reading() as session:
        cases = (await session.exec(select(Case))).all()
        wards = set((await session.exec(select(Proposal.ward))).all())
        meetings = (await session.exec(select(Meeting))).all()
        events = (await session.exec(select(CaseEvent.at))).all()
    assert len(cases) == made >= 30
    assert set(Counter(case.stage for case in cases)) == set(Stage)
    assert len(wards) >= 15
    assert len({case.theme for case in cases}) >= 6
    assert any(meeting.minutes for meeting in meetings)
    assert max(events) <= NOW
    assert (NOW - min(events)).days >= 30
    async with database.reading() as session:
        waiting = (await session.exec(select(OutboxRow.kind).where(OutboxRow.status == Delivery.NEW))).all()
    assert waiting.count("card") == made
    assert len(waiting) - made < 10  # what is long past is told to nobody


async def test_it_is_played_once(sqlite: Database) -> None:
    assert await a_month(sqlite, NOW) > 0
    assert await a_month(sqlite, NOW) == 0
