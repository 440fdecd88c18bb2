"""What stories of the hearing begin with."""

from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from tests.hearing.talking import Talk, begun


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Talk]:
    async with begun(database) as talk:
        yield talk
