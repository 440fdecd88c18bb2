from collections.abc import AsyncIterator

import pytest

from storage.db import Database, migrating
from storage.schema import upgrade
from tests.delivery.delivery_desk import Clock, Desk, Door


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(database: Database, clock: Clock) -> Desk:
    return Desk(database, clock)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def two_replicas(postgres_url: str) -> AsyncIterator[tuple[Database, Database]]:
    """One PostgreSQL database as two hubs see it."""
    with migrating(postgres_url) as connection:
        upgrade(connection)
    both = Database(postgres_url), Database(postgres_url)
    yield both
    for one in both:
        await one.close()
