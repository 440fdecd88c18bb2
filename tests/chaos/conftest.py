from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.chaos.nursery import Nursery
from tests.chaos.postgres import Server
from tests.chaos.world import World


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where hubs come from."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server that may be restarted."""
    server = Server(tmp_path_factory.mktemp("chaos_pg"))
    yield server
    server.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def small_world(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One hub on SQLite, for many short stories."""
    folder: Path = tmp_path_factory.mktemp("small")
    async with World(nursery, folder, f"sqlite:///{folder}/tsunagi.db") as world:
        yield world


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pair_world(
    nursery: Nursery, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Two hubs on PostgreSQL, for many short stories."""
    async with World(nursery, tmp_path_factory.mktemp("pair"), server.database(), hubs=2) as world:
        yield world
