"""The time: one for all hubs of a database, whatever their machines believe."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from bot.clock import Clock
from storage.db import Database

HOUR, MOMENT = timedelta(hours=1), timedelta(seconds=2)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set the machine's clock wrong by so much."""

    def is_off_by(error: timedelta) -> None:
        monkeypatch.setattr(clock, "wall", lambda: datetime.now(UTC) + error)

    return is_off_by


def off(one: Clock) -> timedelta:
    return abs(one() - datetime.now(UTC))


async def test_a_wrong_machine_keeps_the_time_of_the_others(
    postgres_url: str, machine: Callable[[timedelta], None]
) -> None:
    machine(HOUR)
    hub = Clock()
    assert abs(off(hub) - HOUR) < MOMENT

    database = Database(postgres_url)
    await hub.ask(database)
    await database.close()

    assert off(hub) < MOMENT


async def test_on_sqlite_the_machine_is_believed(sqlite: Database, machine: Callable[[timedelta], None]) -> None:
    hub = Clock()
    machine(-HOUR)
    assert off(hub) < MOMENT  # nobody has looked yet

    await hub.ask(sqlite)

    assert abs(off(hub) - HOUR) < MOMENT


async def test_a_demo_stays_ahead_by_as_much(sqlite: Database) -> None:
    hub = Clock()
    hub.set_ahead(HOUR.total_seconds())
    hub.set_ahead(0)
    await hub.ask(sqlite)

    assert abs(off(hub) - HOUR) < MOMENT


async def test_without_a_database_the_time_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = Database("postgresql://127.0.0.1:1/nobody")
    monkeypatch.setattr(clock, "ASK", 0.01)
    hub = Clock()
    with caplog.at_level(logging.WARNING), suppress(TimeoutError):
        await asyncio.wait_for(hub.follow(away), 1)
    await away.close()

    assert len(caplog.records) > 1
    assert off(hub) < MOMENT
    assert hub() <= hub()
