"""SQLite's statements run in the event loop. Only calls that may wait for the disk or another writer go to a thread.

aiosqlite hands every call to a thread and back, three or four of them for each statement: ten times what the statement
itself takes. In a transaction only its beginning and its end wait. A scan of a whole table holds up other work,
as putting its rows into objects does. `_execute` is what all of aiosqlite's calls go through; a test watches over that.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

from aiosqlite import Connection

WAITING = ("BEGIN IMMEDIATE", "PRAGMA")  # for a writer before us; for the log to be folded into the file
# close is a cursor's; a commit isn't among them, since it waits for the disk.
HERE = {"cursor", "execute", "executemany", "fetchone", "fetchmany", "fetchall", "close", "rollback"}


class Near(Connection):
    """An aiosqlite connection most of whose calls don't leave the event loop's thread."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        here = fn.__name__ in HERE and not (args and isinstance(args[0], str) and args[0].startswith(WAITING))
        if not here:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)


def connect(*args: Any, **kwargs: Any) -> Near:
    """Return a connection as aiosqlite.connect does, to be awaited; for SQLAlchemy's `async_creator_fn`."""
    connection = Near(lambda: sqlite3.connect(*args, **kwargs), iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does with aiosqlite's own
    return connection
