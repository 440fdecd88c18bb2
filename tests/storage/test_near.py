"""What of SQLite runs in the event loop, and what must not."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import near
from tests import pace


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[near.Near]:
    connection = await near.connect(str(tmp_path / "a.db"), isolation_level=None, check_same_thread=False, timeout=5)
    for statement in ("PRAGMA journal_mode=WAL", "CREATE TABLE word (said TEXT)"):
        await (await connection.execute(statement)).close()
    yield connection
    await connection.close()


async def test_statements_run_here_and_the_ends_of_a_transaction_elsewhere(file: near.Near) -> None:
    where = dict[str, int]()
    file._conn.set_trace_callback(lambda sql: where.update({sql.split("(")[0]: threading.get_ident()}))

    await file.execute("BEGIN IMMEDIATE")
    await file.execute("INSERT INTO word VALUES ('まち')")
    found = await (await file.execute("SELECT said FROM word")).fetchall()
    await file.commit()
    await file.execute("BEGIN DEFERRED")
    await file.rollback()

    here = threading.get_ident()
    assert [row[0] for row in found] == ["まち"]
    assert {sql: thread == here for sql, thread in where.items()} == {
        "BEGIN IMMEDIATE": False, "INSERT INTO word VALUES ": True, "SELECT said FROM word": True, "COMMIT": False,
        "BEGIN DEFERRED": True, "ROLLBACK": True,
    }  # fmt: skip


async def test_who_waits_for_a_writer_lets_everybody_else_go_on(file: near.Near, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    waits = asyncio.create_task(_begins(file))
    beats, end = 0, time.monotonic() + pace.within(0.3)
    while beats <= 10 and time.monotonic() < end:
        await asyncio.sleep(0.01)
        beats += 1
    assert not waits.done()
    other.execute("ROLLBACK")
    other.close()
    await waits

    assert beats > 10


async def _begins(connection: near.Near) -> None:
    await connection.execute("BEGIN IMMEDIATE")
    await connection.rollback()


async def test_a_refused_statement_is_raised_as_ever(file: near.Near) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await file.execute("SELECT * FROM nowhere")


async def test_a_closed_connection_says_so(file: near.Near) -> None:
    await file.close()

    with pytest.raises(ValueError, match="onnection"):
        await file.execute("SELECT 1")
