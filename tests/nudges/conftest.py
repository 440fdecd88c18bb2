import pytest

from storage.db import Database
from tests.nudges.centre import Centre


@pytest.fixture
async def centre(database: Database) -> Centre:
    made = Centre(database)
    await made.staffed()
    return made


@pytest.fixture
async def small(sqlite: Database) -> Centre:
    """The same, on SQLite alone."""
    made = Centre(sqlite)
    await made.staffed()
    return made
