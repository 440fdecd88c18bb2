"""The end of a hearing: the receipt says by when the centre answers."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlmodel import select

from bot.desk.consultation.intake import proposals
from bot.desk.consultation.intake.proposals import Said
from bot.hearing import standing
from bot.hearing.actions.ending import submit
from bot.when import TOKYO
from storage.db import Database
from storage.models import QUESTIONS, Case, Proposal
from tests.hearing.visit import Visit

NOON = datetime(2026, 11, 24, 12, tzinfo=TOKYO)  # a Tuesday


@pytest.mark.parametrize(
    ("ward", "day", "said"),
    [("鶴見区", 28, "11月28日(土)"), ("港北区", 27, "11月27日(金)"), (None, 27, "11月27日(金)")],
)
async def test_an_answer_is_promised_by_the_calendar_of_the_ward(
    sqlite: Database, rests: Callable[[str, str], None], ward: str | None, day: int, said: str
) -> None:
    rests("鶴見区", "2026-11-25")
    visit = Visit(sqlite, NOON)
    await _drafted(visit, ward)

    response, values = await visit.runs(submit, "送信する", early="yes")

    async with sqlite.reading() as session:
        case = (await session.exec(select(Case))).one()
    assert (response, values["promised"]) == ("utter_submitted", said)
    assert case.promised_by is not None
    assert case.promised_by.astimezone(TOKYO).day == day


async def _drafted(visit: Visit, ward: str | None) -> None:
    """A draft with its first answer, which may be sent early."""
    async with visit.db.transaction() as session:
        citizen = (await standing.by_line_id(session, "U1", visit.now)).citizen
        draft = Proposal(citizen_id=citizen.id, ward=ward, created_at=visit.now, updated_at=visit.now)
        session.add(draft)
        await session.flush()
        await proposals.keep(session, draft.id, QUESTIONS[0], Said("line:0", visit.now, "空き家を使いたい"))
