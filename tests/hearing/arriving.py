"""One event comes in, as LINE brings it: again when nobody said 200 in time."""

from collections.abc import Callable
from datetime import datetime

from bot.delivery.accept import Acceptor, Arrival
from bot.errors import Busy
from storage.db import Database

TIMES = 10  # a machine under load may need several seconds


async def arrives(db: Database, clock: Callable[[], datetime], arrival: Arrival) -> None:
    """Store an event; the writer ends whatever becomes of it."""
    acceptor = Acceptor(db, clock)
    await acceptor.start()
    try:
        for left in reversed(range(TIMES)):
            try:
                return await acceptor.accept([arrival])
            except Busy:
                if not left:
                    raise
    finally:
        await acceptor.close()
