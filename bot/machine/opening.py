"""Before anyone works on the database: its file, its one hub, its schema."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url, text

from bot.errors import BotError
from bot.settings import DEMO
from storage.db import driver_url, migrating
from storage.schema import is_current, refuse_newer, upgrade

log = logging.getLogger(__name__)
LOCK = 0x7473_756E  # any fixed number: processes that start together upgrade one after the other


class CannotOpen(BotError):
    """The database can't be worked on; the sentence says why and what to do."""


class HubRunning(CannotOpen):
    """A hub works on this SQLite file already."""


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database, or None for PostgreSQL and a database in memory."""
    made = driver_url(url)
    if made.get_backend_name() != "sqlite" or made.database in (None, "", ":memory:"):
        return None
    return Path(str(made.database)).absolute()


def bring_up(url: str) -> bool:
    """Bring the schema to this code's version; True when something changed. Raises SchemaNewerThanCode."""
    with connection_to(url) as connection:
        if is_current(connection):
            return False
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            if is_current(connection):  # another process has done it meanwhile
                return False
        upgrade(connection)
    log.info("the database was brought up to this version's schema")
    return True


def require(url: str, *, make: bool = False) -> None:
    """Make sure that a command finds the tables it needs; with `make` an empty database gets them.

    An older schema is left to `tsunagi db upgrade`, since a hub of the older version may be at work.
    """
    if not make and (file := file_of(url)) and not file.exists():
        raise CannotOpen(
            f"There is no database at {file}: start the hub or run `tsunagi db upgrade` to make it, "
            f"or let DATABASE_URL name another.{' That of the demo: `tsunagi --demo …`.' if DEMO.exists() else ''}"
        )
    with connection_to(url) as connection:
        refuse_newer(connection)
        current, empty = is_current(connection), not _has_version(connection)
    if current:
        return
    if not (make and empty):
        raise CannotOpen("The database has an older schema: run `tsunagi db upgrade` first (and a backup before it).")
    bring_up(url)


@contextmanager
def only_hub(url: str) -> Iterator[None]:
    """Hold an SQLite file for one hub process, or raise HubRunning; the lock ends with the process."""
    file = file_of(url)
    if file is None:
        yield
        return
    if not file.parent.is_dir():
        raise CannotOpen(f"The folder {file.parent} of DATABASE_URL doesn't exist: make it, or name another.")
    with file.with_name(file.name + "-hub").open("a+") as held:
        _hold(held.fileno(), file)
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield


def _hold(descriptor: int, file: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        by = os.pread(descriptor, 20, 0).decode().strip() or "unknown"
        raise HubRunning(
            f"A hub (process {by}) already works on {file}, and SQLite serves one: stop that one first, "
            "or use PostgreSQL (DATABASE_URL) for several."
        ) from None


@contextmanager
def connection_to(url: str) -> Iterator[Connection]:
    """Give a connection for looking at the schema or changing it; a silent server is given up after 5 s."""
    file = file_of(url)
    if file is not None and not file.parent.is_dir():
        raise CannotOpen(f"The folder {file.parent} of DATABASE_URL doesn't exist: make it, or name another.")
    if file is None and not url.startswith("sqlite"):
        patient = make_url(url).update_query_dict({"connect_timeout": "5"})
        url = patient.render_as_string(hide_password=False)
    with migrating(url) as connection:
        yield connection


def _has_version(connection: Connection) -> bool:
    return connection.dialect.has_table(connection, "alembic_version")
