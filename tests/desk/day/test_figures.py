"""What the figures count, on both databases."""

from datetime import datetime, timedelta

import pytest

from bot.desk.consultation.intake import proposals, received
from bot.desk.consultation.intake.proposals import Said
from bot.desk.day.figures import Month, cases, figures, standing
from bot.desk.record.moves import Action
from bot.desk.record.record import change
from bot.desk.talk import talk
from bot.when import TOKYO
from storage.db import Database
from storage.models import Case, Channel, Proposal, ProposalState, Stage

BEGIN = datetime(2026, 11, 2, 10, tzinfo=TOKYO)


async def a_case(database: Database, at: datetime, ward: str | None = "鶴見区", theme: str = "福祉") -> Case:
    async with database.transaction() as session:
        proposal = Proposal(
            channel=Channel.PHONE, state=ProposalState.SENT, ward=ward, name="山田花子", contact="045-000-0000",
            created_at=at, updated_at=at, sent_at=at,
        )  # fmt: skip
        session.add(proposal)
        await session.flush()
        await proposals.keep(session, proposal.id, "overview", Said(f"m{proposal.id}", at, "秘密の相談"))
        return await received.open_case(session, proposal, {"overview": theme}, by="UA", now=at)


async def goes_on(database: Database, case: Case, action: Action, at: datetime) -> None:
    async with database.transaction() as session:
        await change(session, await session.get_one(Case, case.id), action, by="UA", at=at)


async def claimed(database: Database, case: Case, at: datetime) -> None:
    async with database.transaction() as session:
        await received.claim(session, case.number, by="UA", now=at)


async def test_counts_are_by_stage_ward_theme_and_month(database: Database) -> None:
    first = await a_case(database, BEGIN)
    await a_case(database, BEGIN + timedelta(days=1), "港北区", "防災")
    await a_case(database, BEGIN - timedelta(days=40), None, "")
    await goes_on(database, first, Action.CLOSE, BEGIN + timedelta(days=3))

    async with database.reading() as session:
        counts = await standing(session, BEGIN + timedelta(days=20))
        ward = await standing(session, BEGIN + timedelta(days=20), "港北区")

    assert counts.by_stage == {"closed": 1, "received": 2}
    assert counts.by_ward == {"港北区": 1, "": 1}
    assert counts.by_theme == {"防災・防犯": 1, "その他": 1}
    assert [(str(month), opened, closed) for month, opened, closed in counts.monthly[-3:]] == [
        ("2026-09", 1, 0), ("2026-10", 0, 0), ("2026-11", 2, 1),
    ]  # fmt: skip
    assert len(counts.monthly) == 12
    assert (ward.by_stage, ward.by_ward, ward.ward) == ({"received": 1}, {"港北区": 1}, "港北区")


async def test_medians_tell_the_first_answer_and_the_time_in_each_stage(database: Database) -> None:
    for hours, days in ((2, 10), (4, 20), (30, 60)):
        case = await a_case(database, BEGIN)
        await claimed(database, case, BEGIN + timedelta(hours=hours))
        await goes_on(database, case, Action.NOTE, BEGIN + timedelta(hours=hours + 1))
        await goes_on(database, case, Action.ADVANCE, BEGIN + timedelta(hours=hours, days=days))
    await a_case(database, BEGIN)

    async with database.reading() as session:
        counts = await standing(session, BEGIN + timedelta(days=90))

    assert counts.first_answer == timedelta(hours=5)
    assert counts.per_stage[Stage.RECEIVED] == timedelta(hours=4)
    assert counts.per_stage[Stage.HEARING] == timedelta(days=20)
    assert counts.per_stage[Stage.DIRECTION] is None
    assert Stage.CLOSED not in counts.per_stage


async def test_neither_a_reply_that_was_refused_nor_a_claim_is_a_first_answer(database: Database) -> None:
    case = await a_case(database, BEGIN)
    async with database.transaction() as session:
        with pytest.raises(Exception, match="LINE"):
            await talk.reply(session, case.number, "少しお待ちください", by="UA", now=BEGIN)
    await claimed(database, case, BEGIN + timedelta(hours=7))

    async with database.reading() as session:
        assert (await standing(session, BEGIN + timedelta(days=1))).first_answer is None

    await goes_on(database, case, Action.NOTE, BEGIN + timedelta(hours=9))
    async with database.reading() as session:
        assert (await standing(session, BEGIN + timedelta(days=1))).first_answer == timedelta(hours=9)


async def test_a_month_has_medians_and_a_list_without_a_person(database: Database) -> None:
    case = await a_case(database, BEGIN)
    await a_case(database, BEGIN + timedelta(days=40))
    await claimed(database, case, BEGIN + timedelta(hours=2))
    await goes_on(database, case, Action.NOTE, BEGIN + timedelta(hours=3))

    async with database.reading() as session:
        counts, listed = await figures(session, Month(2026, 11)), await cases(session, Month(2026, 11))

    assert counts["first_answer_median_hours"] == 3.0
    assert counts["stage_median_days"]["received"] == 0.1
    assert counts["opened_by_theme"] == {"高齢者・福祉": 1}
    assert [one["number"] for one in listed] == [case.number]
    assert listed[0]["first_answer_at"] == BEGIN + timedelta(hours=3)
    assert not {"山田花子", "045-000-0000", "秘密の相談", "UA"} & set(map(str, listed[0].values()))


def test_months_go_back_over_the_year() -> None:
    assert [str(Month(2026, 2).before(n)) for n in (0, 1, 2, 14)] == ["2026-02", "2026-01", "2025-12", "2024-12"]
