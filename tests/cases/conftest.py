"""The desk of the stories in this folder, on a real database."""

import pytest
from case_desk import Desk

from storage.db import Database


@pytest.fixture
def desk(database: Database) -> Desk:
    """The desk on both databases in turn."""
    return Desk(database)


@pytest.fixture
def small_desk(sqlite: Database) -> Desk:
    """The desk on SQLite alone, for what doesn't depend on the database."""
    return Desk(sqlite)
