"""News that waited because LINE's month runs low goes with the answer to the citizen's next message."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from bot.delivery import outbox, quota
from bot.delivery.inbox import InboxWorker
from bot.hearing.rasa import Rasa
from bot.hearing.turn import Turns
from storage.db import Database
from storage.models import Citizen, OutboxRow
from tests.hearing.talking import Talk
from tests.stand_ins.rasa import TOKEN, serving


@pytest.fixture
async def talk(sqlite: Database) -> AsyncIterator[Talk]:
    talk = Talk(sqlite)
    async with serving(talk.rasa) as (session, url):
        talk.worker = InboxWorker(sqlite, {"line": Turns(sqlite, Rasa(session, url, TOKEN), talk.clock)}, talk.clock)
        yield talk


async def test_it_stands_in_the_answer_once_and_is_kept_nowhere_else(talk: Talk) -> None:
    await talk.writes("/start_consultation")
    await talk.goes_on()
    async with talk.db.transaction() as session:
        citizen = (await session.exec(select(Citizen))).one()
        await quota.note(session, 1000, 995, talk.now)
        await outbox.tell_citizen(session, citizen.id, "claimed", "event:1", talk.now, number="2026-0001")

    await talk.writes("/agree", "こんにちは")
    await talk.goes_on()

    async with talk.db.reading() as session:
        rows = (await session.exec(select(OutboxRow))).all()
    along = [row.payload["along"] for row in rows if row.payload.get("along")]
    assert [[item["kind"] for item in items] for items in along] == [["claimed"]]
    (waited,) = [row for row in rows if row.kind == "claimed"]
    assert (waited.status, waited.sent_as, waited.payload) == ("done", "along", {})
