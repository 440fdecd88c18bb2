"""What the notice before consent promises: three years after the end the words are gone."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.desk.consultation import privacy
from storage.models import AnswerPart, Case, Proposal, ProposalState, Stage
from tests.desk.case_desk import Desk


async def words_left(desk: Desk) -> int:
    async with desk.database.reading() as session:
        return len((await session.exec(select(AnswerPart))).all())


@pytest.mark.parametrize(("days", "gone"), [(3 * 365 - 1, False), (3 * 365 + 1, True)])
async def test_a_case_keeps_its_words_for_three_years(desk: Desk, days: int, gone: bool) -> None:
    number = await desk.case(stage=Stage.CLOSED)
    async with desk.database.transaction() as session:
        case = (await session.exec(select(Case).where(Case.number == number))).one()
        assert case.closed_at is not None
        later = case.closed_at + timedelta(days=days)
        expired = await privacy.expire(session, later)
        again = await privacy.expire(session, later)

    assert (expired, again) == ((1, 0) if gone else (0, 0))
    assert (await words_left(desk) == 0) is gone
    assert (await desk.sees(number)).number == number


async def test_a_draft_nobody_touched_for_a_year_is_erased(desk: Desk) -> None:
    citizen = await desk.citizen()
    async with desk.database.transaction() as session:
        draft = Proposal(citizen_id=citizen.id, question="overview", created_at=desk.now, updated_at=desk.now)
        session.add(draft)
        await session.flush()
        assert await privacy.expire(session, desk.now + timedelta(days=364)) == 0
        assert await privacy.expire(session, desk.now + timedelta(days=366)) == 1
        assert draft.state == ProposalState.WITHDRAWN
