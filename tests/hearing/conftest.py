"""What stories of the hearing begin with."""

from collections.abc import AsyncIterator

import pytest

from bot.delivery.inbox import InboxWorker
from bot.hearing.rasa import Rasa
from bot.hearing.turn import Turns
from storage.db import Database
from tests.hearing.talking import Talk
from tests.stand_ins.rasa import serving


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Talk]:
    talk = Talk(database)
    async with serving(talk.rasa) as (session, url):
        talk.worker = InboxWorker(database, {"line": Turns(database, Rasa(session, url, ""), talk.clock)}, talk.clock)
        await talk.writes("/agree")
        await talk.goes_on(1)
        yield talk
