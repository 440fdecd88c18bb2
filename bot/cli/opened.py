"""The database, open for one command."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from storage.db import Database

Result = TypeVar("Result")


@asynccontextmanager
async def database(*, make: bool = False) -> AsyncIterator["Database"]:
    """Give the database of DATABASE_URL with its tables; with `make` an empty one gets them first."""
    from bot.machine.opening import require
    from bot.settings import database_url
    from storage.db import Database

    url = database_url()
    require(url, make=make)
    db = Database(url)
    try:
        yield db
    finally:
        await db.close()


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Do a command's work to its end."""
    return asyncio.run(work)
