from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from deploy.simulator.client import Citizen, Coordinator, Simulation
from tests.e2e.town import Town

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="session")
def sqlite_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    yield from _started(tmp_path_factory.mktemp("sqlite"), "sqlite:///centre.db")


@pytest.fixture(scope="session")
def postgres_town(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[Town]:
    name = f"e2e{uuid4().hex[:8]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    head, _, query = postgres.partition("?")
    url = head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    yield from _started(tmp_path_factory.mktemp("postgres"), url)


@pytest.fixture
def town(sqlite_town: Town) -> Town:
    """The centre most stories play in."""
    return sqlite_town


@pytest.fixture(params=["sqlite_town", "postgres_town"])
def any_town(request: pytest.FixtureRequest) -> Town:
    """The centre on both databases in turn."""
    found: Town = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def sim(town: Town) -> AsyncIterator[Simulation]:
    async with Simulation(town.url, patience=30) as simulation:
        yield simulation


@pytest.fixture
def citizen(sim: Simulation, town: Town) -> Citizen:
    """Somebody who has never been here."""
    return sim.citizen(town.new_citizen())


@pytest.fixture
async def alice(sim: Simulation) -> Coordinator:
    return await at_the_desk(sim.coordinator("U0ALICE00"))


@pytest.fixture
async def bob(sim: Simulation) -> Coordinator:
    return await at_the_desk(sim.coordinator("U0BOB0000"))


async def at_the_desk(coordinator: Coordinator) -> Coordinator:
    """Close what an earlier story left open."""
    while (await coordinator.screen())["modals"]:
        await coordinator.closes()
    return coordinator


def _started(folder: Path, database_url: str) -> Iterator[Town]:
    town = Town(folder, database_url)
    try:
        town.start()
        yield town
    finally:
        town.stop()
