"""Whose words are these: the draft's, or those of the coordinator who wrote last?"""

from datetime import UTC, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import closing
from bot.desk.talk import talk
from bot.hearing import standing
from storage.db import Database
from storage.models import Case, Citizen, Proposal, ProposalState

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


async def a_citizen(session: AsyncSession) -> Citizen:
    citizen = Citizen(line_user_id="U1", created_at=NOON)
    session.add(citizen)
    await session.flush()
    return citizen


async def a_case(session: AsyncSession, citizen: Citizen) -> Case:
    proposal = Proposal(citizen_id=citizen.id, state=ProposalState.SENT, created_at=NOON, updated_at=NOON)
    session.add(proposal)
    await session.flush()
    case = await received.open_case(session, proposal, {}, by="citizen", now=NOON)
    await received.claim(session, case.number, by="U0ALICE", now=NOON)
    return case


async def a_draft(session: AsyncSession, citizen: Citizen, asked_at: datetime) -> Proposal:
    draft = Proposal(
        citizen_id=citizen.id, question="overview", asked_at=asked_at, created_at=asked_at, updated_at=asked_at
    )
    session.add(draft)
    await session.flush()
    return draft


async def test_a_reply_newer_than_the_question_may_be_what_is_answered(database: Database) -> None:
    async with database.transaction() as session:
        citizen = await a_citizen(session)
        case = await a_case(session, citizen)
        await a_draft(session, citizen, NOON)
        assert not (await standing.of(session, citizen)).is_answering_the_desk

        await talk.reply(session, case.number, "いつお会いできますか", by="U0ALICE", now=LATER)

        assert (await standing.of(session, citizen)).is_answering_the_desk


async def test_a_question_newer_than_the_reply_is_answered(database: Database) -> None:
    async with database.transaction() as session:
        citizen = await a_citizen(session)
        case = await a_case(session, citizen)
        await talk.reply(session, case.number, "いつお会いできますか", by="U0ALICE", now=NOON)
        await a_draft(session, citizen, LATER)

        assert not (await standing.of(session, citizen)).is_answering_the_desk


async def test_words_go_to_the_case_whose_coordinator_wrote_last(database: Database) -> None:
    async with database.transaction() as session:
        citizen = await a_citizen(session)
        first, second = await a_case(session, citizen), await a_case(session, citizen)
        assert (await standing.of(session, citizen)).case == second

        await talk.reply(session, first.number, "いつお会いできますか", by="U0ALICE", now=LATER)

        assert (await standing.of(session, citizen)).case == first


async def test_who_writes_after_the_end_is_still_heard(database: Database) -> None:
    async with database.transaction() as session:
        citizen = await a_citizen(session)
        case = await a_case(session, citizen)
        await closing.close(session, case.number, reason="引っ越しのため", learnings="", by="U0ALICE", now=LATER)

        found = await standing.of(session, citizen)

    assert found.case is not None
    assert (found.case.number, found.loop) == (case.number, "case_form")


async def test_words_go_to_what_is_open_though_the_desk_wrote_last_where_all_is_over(database: Database) -> None:
    async with database.transaction() as session:
        citizen = await a_citizen(session)
        ended = await a_case(session, citizen)
        await talk.reply(session, ended.number, "いかがですか", by="U0ALICE", now=LATER)
        await closing.close(session, ended.number, reason="他の窓口へ", learnings="", by="U0ALICE", now=LATER)
        still_open = await a_case(session, citizen)

        found = (await standing.of(session, citizen)).case

    assert found is not None
    assert found.number == still_open.number
