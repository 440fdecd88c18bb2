from datetime import datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import received
from bot.nudges.tick import Ticker, plan, send_due
from bot.when import TOKYO
from storage.db import Database
from storage.models import Case, Citizen, Nudge, OutboxRow, Proposal, ProposalState

MORNING = datetime(2026, 11, 24, 10, tzinfo=TOKYO)


async def a_draft(session: AsyncSession, touched: datetime = MORNING) -> Proposal:
    citizen = Citizen(line_user_id="U1", created_at=touched)
    session.add(citizen)
    await session.flush()
    proposal = Proposal(citizen_id=citizen.id, question="background", created_at=touched, updated_at=touched)
    session.add(proposal)
    await session.flush()
    return proposal


async def a_case(session: AsyncSession) -> Case:
    proposal = await a_draft(session)
    proposal.state = ProposalState.SENT
    return await received.open_case(
        session, proposal, theme="", by="citizen", now=MORNING, promised_by=MORNING + timedelta(days=3)
    )


async def run(database: Database, now: datetime) -> list[OutboxRow]:
    """Two ticks at a time, as after a restart; return the reminders that left."""
    async with database.transaction() as session:
        for _ in range(2):
            await plan(session)
            await send_due(session, now)
        rows = await session.exec(select(OutboxRow).where(OutboxRow.key.startswith("nudge:")))  # type: ignore[attr-defined]
        return list(rows.all())


async def test_an_unclaimed_case_reminds_the_channel_once_after_two_open_hours(database: Database) -> None:
    async with database.transaction() as session:
        await a_case(session)

    assert await run(database, MORNING + timedelta(hours=1)) == []
    reminders = await run(database, MORNING + timedelta(hours=2))
    again = await run(database, MORNING + timedelta(hours=9))

    assert [r.payload["number"] for r in reminders] == ["2026-0001"]
    assert len(again) == 1


async def test_a_claimed_case_reminds_nobody(database: Database) -> None:
    async with database.transaction() as session:
        case = await a_case(session)
        await received.claim(session, case.number, by="U0ALICE", now=MORNING)

    assert await run(database, MORNING + timedelta(hours=3)) == []


async def test_an_unfinished_hearing_reminds_the_citizen_once_the_next_day(database: Database) -> None:
    async with database.transaction() as session:
        await a_draft(session)

    assert await run(database, MORNING + timedelta(hours=20)) == []
    assert len(await run(database, MORNING + timedelta(days=1))) == 1
    assert len(await run(database, MORNING + timedelta(days=3))) == 1


async def test_a_citizen_who_wrote_meanwhile_is_reminded_later(database: Database) -> None:
    async with database.transaction() as session:
        proposal = await a_draft(session)
        await plan(session)
        proposal.updated_at = MORNING + timedelta(hours=12)

    assert await run(database, MORNING + timedelta(days=1)) == []
    due = MORNING + timedelta(days=2)  # 22:00 falls into the quiet hours
    assert len(await run(database, due)) == 1


async def test_who_stopped_notices_or_finished_hears_nothing(database: Database) -> None:
    async with database.transaction() as session:
        proposal = await a_draft(session)
        citizen = await session.get_one(Citizen, proposal.citizen_id)
        citizen.notices = False

    assert await run(database, MORNING + timedelta(days=2)) == []
    async with database.reading() as session:
        assert [n.status for n in (await session.exec(select(Nudge))).all()] == ["done"]


async def test_the_tick_wakes_the_postman_only_when_something_happened(sqlite: Database) -> None:
    woken: list[bool] = []
    ticker = Ticker(sqlite, lambda: MORNING + timedelta(days=1), lambda: woken.append(True))

    await ticker.tick()
    assert woken == []
    async with sqlite.transaction() as session:
        await a_draft(session)
    await ticker.tick()
    assert woken == [True]
