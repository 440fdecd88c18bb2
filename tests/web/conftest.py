from collections.abc import AsyncIterator

import pytest
from served import Visitor, serving
from web_centre import Centre

from storage.db import Database


@pytest.fixture
def centre(sqlite: Database) -> Centre:
    return Centre(sqlite)


@pytest.fixture
async def visitor(centre: Centre) -> AsyncIterator[Visitor]:
    async with serving(centre.app()) as site:
        visitor = Visitor(site)
        yield visitor
        await visitor.close()
