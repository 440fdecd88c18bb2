from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from tests.web.served import Visitor, serving
from tests.web.web_centre import Centre


@pytest.fixture
def centre(sqlite: Database) -> Centre:
    return Centre(sqlite)


@pytest.fixture
async def visitor(centre: Centre) -> AsyncIterator[Visitor]:
    async with serving(centre.app()) as site:
        visitor = Visitor(site)
        yield visitor
        await visitor.close()
