"""Inserting rows whose key may be there already; every column but `id` must be given."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession


async def insert_once(session: AsyncSession, table: type[SQLModel], row: Mapping[str, Any]) -> bool:
    """Insert a row unless its `key` is there; False when it is. A concurrent insert is waited for."""
    connection = await session.connection()
    statement = _insert(connection.sync_connection, table).returning(table.__table__.c.id)  # type: ignore[attr-defined]
    return (await connection.execute(statement, dict(row))).first() is not None


async def insert_new(
    session: AsyncSession, table: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str] = ("key",)
) -> set[Any]:
    """Insert the rows whose `key` (or what else is `unique`) is not there yet, and return the first part of theirs."""
    if not rows:
        return set()
    connection = await session.connection()
    insert = _insert(connection.sync_connection, table, unique)
    done = await connection.execute(insert.returning(table.__table__.c[unique[0]]), [dict(row) for row in rows])  # type: ignore[attr-defined]
    return set(done.scalars())


def _insert(connection: Connection | None, table: type[SQLModel], unique: Sequence[str] = ("key",)) -> Any:
    on_postgres = connection is not None and connection.dialect.name == "postgresql"
    insert: Any
    if on_postgres:  # only the dialect that is asked for: each takes its time to load
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert
    return insert(table).on_conflict_do_nothing(index_elements=list(unique))
