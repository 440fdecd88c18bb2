"""Which question a citizen could see when they wrote, though LINE's answer about it was lost."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery.outbox import put
from bot.hearing.incoming import Incoming
from bot.hearing.late import was_written_before
from storage.db import Database
from storage.models import Citizen, OutboxRow, Proposal

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def a_draft_whose_question_waits(session: AsyncSession, tried: datetime | None) -> Proposal:
    citizen = Citizen(line_user_id="U1", created_at=NOON)
    session.add(citizen)
    await session.flush()
    draft = Proposal(citizen_id=citizen.id, question="background", before="overview", created_at=NOON, updated_at=NOON)
    session.add(draft)
    conv = f"line:{citizen.id}"
    await put(session, dest="line", conv=conv, kind="turn", key="k", payload={}, now=NOON)
    row = await session.get_one(OutboxRow, 1)
    row.first_try_at = tried
    await session.flush()
    return draft


def written(at: datetime) -> Incoming:
    return Incoming(key="line:1", kind="message", user_id="U1", one_to_one=True, at=at, received_at=at)


@pytest.mark.parametrize(
    ("tried", "at", "early"),
    [
        (None, NOON + SECOND, True),  # it never left
        (NOON, NOON - SECOND, True),
        (NOON, NOON + SECOND, False),  # it may have arrived, and this may be its answer
    ],
)
async def test_an_answer_belongs_to_the_question_that_may_have_been_read(
    sqlite: Database, tried: datetime | None, at: datetime, early: bool
) -> None:
    async with sqlite.transaction() as session:
        draft = await a_draft_whose_question_waits(session, tried)

        assert await was_written_before(session, draft, written(at)) is early
