"""What every table is made of: its base, and column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

BigId = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself only for INTEGER


class Table(SQLModel):
    """What every table is a kind of.

    Rows come from our own code and are never validated, so the validators are built only when somebody asks for
    them: for 31 tables that takes longer than a short command may.
    """

    model_config = {"defer_build": True}


class Moment(TypeDecorator[datetime]):
    """An instant: stored as UTC, read back with its zone; a time without a zone is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone can't be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def row_id() -> Any:
    """The running number that is a row's primary key."""
    return Field(default=None, primary_key=True, sa_type=BigId)


def moment(**more: Any) -> Any:
    """A column that holds an instant."""
    return Field(sa_type=Moment, **more)


def later() -> Any:
    """A column for an instant that may not have come yet."""
    return Field(default=None, sa_type=Moment)


def json_object() -> Any:
    """A column that holds a JSON object. Assign a new one: changes inside it aren't noticed."""
    return Field(default_factory=dict, sa_type=JSON)


def json_list() -> Any:
    """A column that holds a JSON list. Assign a new one: changes inside it aren't noticed."""
    return Field(default_factory=list, sa_type=JSON)
