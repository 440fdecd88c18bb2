"""Where a run of the tests keeps its files: bytecode for the next process, all else in memory where there is room."""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MEMORY = Path("/dev/shm")  # noqa: S108  a file system in memory; every write of a database is synced, on a disk that waits
ENOUGH = 3 * 2**30  # bytes: a run's PostgreSQL servers, files and browser need a fraction of it


def keep_bytecode() -> None:
    """Let every process of the run keep what it compiles: a Rasa that compiles anew takes three times as long."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".cache" / "bytecode"))
    sys.dont_write_bytecode, sys.pycache_prefix = False, prefix


def work_in_memory() -> None:
    """Put pytest's temporary folders into memory, unless somebody has named a place for them."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
