import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlmodel import SQLModel, select

from storage.db import LONGEST_YIELD, Database, migrating
from storage.models import Citizen, InboxRow
from storage.schema import MIGRATIONS, SchemaNewerThanCode, _revisions, is_current, upgrade

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=9)))


async def test_a_transaction_keeps_all_or_nothing(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Citizen(line_user_id="U1", created_at=NOON))

    async def half() -> None:
        async with database.transaction() as session:
            session.add(Citizen(line_user_id="U2", created_at=NOON))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half()

    async with database.reading() as session:
        citizens = (await session.exec(select(Citizen))).all()
    assert [c.line_user_id for c in citizens] == ["U1"]
    assert citizens[0].created_at == NOON
    assert citizens[0].created_at.tzinfo is UTC


async def test_what_was_read_is_not_kept(database: Database) -> None:
    async with database.reading() as session:
        session.add(Citizen(line_user_id="U1", created_at=NOON))
        await session.flush()

    async with database.reading() as session:
        assert (await session.exec(select(Citizen))).all() == []


async def test_every_sqlite_connection_is_durable(sqlite: Database) -> None:
    async with sqlite.transaction() as session:
        assert (await session.exec(text("PRAGMA journal_mode"))).scalar() == "wal"
        assert (await session.exec(text("PRAGMA synchronous"))).scalar() == 2  # FULL
        assert (await session.exec(text("PRAGMA foreign_keys"))).scalar() == 1


async def test_a_time_without_a_zone_is_refused(sqlite: Database) -> None:
    async with sqlite.reading() as session:
        session.add(InboxRow(source="line", key="1", received_at=datetime(2026, 1, 1), next_at=NOON))  # noqa: DTZ001
        with pytest.raises(Exception, match="without a zone"):
            await session.flush()


@pytest.mark.parametrize("engine", ["sqlite_url", "postgres_url"])
@pytest.mark.parametrize(("version", "why"), [("9999", "Install the newer tsunagi"), ("0005", "of a trial")])
def test_a_database_of_another_version_is_refused(
    engine: str, version: str, why: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(engine)
    with migrating(url) as connection:
        upgrade(connection)
        assert is_current(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})

    with (
        migrating(url) as connection,
        pytest.raises(SchemaNewerThanCode, match=f"Nothing was changed.*{why}|{why}.*Nothing was changed"),
    ):
        upgrade(connection)


@pytest.mark.parametrize("engine", ["sqlite_url", "postgres_url"])
def test_the_migrations_make_just_the_tables_of_the_models(engine: str, request: pytest.FixtureRequest) -> None:
    with migrating(request.getfixturevalue(engine)) as connection:
        upgrade(connection)
        difference = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)

    assert difference == []


async def test_background_work_lets_accepts_go_first_but_not_for_ever(database: Database) -> None:
    began = asyncio.get_running_loop().time()
    async with database.transaction(accept=True):
        assert not await database.calm()  # it went on for too long to wait
    waited = asyncio.get_running_loop().time() - began

    assert LONGEST_YIELD <= waited < 2 * LONGEST_YIELD + 1
    assert await database.calm()


def test_a_migration_s_file_begins_with_its_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]

    assert sorted(scripts) == _revisions()
    assert scripts[0] == _revisions()[-1]
