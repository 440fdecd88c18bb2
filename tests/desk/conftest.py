"""The desk of the stories in this folder, on a real database."""

import pytest

from storage.db import Database
from storage.models import Role
from tests.desk.case_desk import CITY, Desk


@pytest.fixture
async def desk(database: Database) -> Desk:
    """The desk on both databases in turn."""
    return await _open(database)


@pytest.fixture
async def small_desk(sqlite: Database) -> Desk:
    """The desk on SQLite alone, for what doesn't depend on the database."""
    return await _open(sqlite)


async def _open(database: Database) -> Desk:
    desk = Desk(database)
    await desk.hires(**{CITY: Role.CITY_STAFF})
    return desk
