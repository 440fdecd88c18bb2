"""Databases for the tests: migrated once, then copied or emptied, with what SQLAlchemy compiled for them kept."""

from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy.util import LRUCache

from storage.db import Database

STATEMENTS = 5_000  # of all tests together; SQLAlchemy's own 500 are for one program
# Rows go and numbers begin at 1 again, whatever refers to what; a new database would take ten times as long.
EMPTY = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '2s';
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r'
        AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' LOOP
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind = 'S' LOOP
        PERFORM setval(name::regclass, 1, false);
    END LOOP;
END $$
"""
_compiled: dict[str, tuple[Any, Any]] = {}  # per kind of database: its dialect, and the statements compiled for it


def made(server: str, template: str) -> str:
    """Make a database of its own on a PostgreSQL server, and return its URL."""
    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    head, _, query = server.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


def is_emptied(url: str) -> bool:
    """Empty a migrated PostgreSQL database; False where it is still in use or that isn't ours to do."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(EMPTY)
    except psycopg.Error:
        return False
    return True


async def opened(url: str) -> Database:
    """Open a migrated database; its statements are compiled once for all tests, not once for each."""
    database = Database(url)
    for engine in {database._accepts, database._works, database._reads}:
        sync = engine.sync_engine
        if sync.name not in _compiled:
            async with engine.connect():  # the dialect asks its first connection for what it must know
                _compiled[sync.name] = sync.dialect, LRUCache(STATEMENTS)
        sync.dialect, sync._compiled_cache = _compiled[sync.name]
    return database
