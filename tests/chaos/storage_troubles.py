"""The disk full, and the file locked."""

import asyncio
import sqlite3
import time
from contextlib import closing, suppress

import psutil

from tests import pace
from tests.chaos.hub import Hub

FULL = 4096  # bytes: no file of the hub may be written beyond


async def full_disk(hub: Hub, seconds: float) -> None:
    """Let a hub's writes fail beyond the first pages of every file, as on a full disk, then no more."""
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        process = psutil.Process(hub.pid)
        _, most = process.rlimit(psutil.RLIMIT_FSIZE)
        process.rlimit(psutil.RLIMIT_FSIZE, (FULL, most))
        await asyncio.sleep(seconds)
        process.rlimit(psutil.RLIMIT_FSIZE, (most, most))


def lock_file(file: str, seconds: float) -> None:
    """Hold an SQLite file's write lock for so long."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=pace.within(5))) as connection:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
