"""Where a run of the tests keeps its files: bytecode for the next process, all else in memory where there is room."""

import os
import shutil
import sys
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
MEMORY = Path("/dev/shm")  # noqa: S108  a file system in memory; every write of a database is synced, on a disk that waits
NAME = "tsunagi-tests-"  # and the number of the process: what a dead one left is deleted by the next
ENOUGH = 3 * 2**30  # bytes: a run's PostgreSQL servers, files and browser need a fraction of it


def keep_bytecode() -> None:
    """Let every process of the run keep what it compiles: a Rasa that compiles anew takes three times as long."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".cache" / "bytecode"))
    sys.dont_write_bytecode, sys.pycache_prefix = False, prefix


def work_in_memory() -> None:
    """Put pytest's temporary folders into memory, unless somebody has named a place for them.

    Each run has a place of its own: pytest closes a shared one to other users, as whom PostgreSQL runs, at every start.
    """
    if os.environ.get("PYTEST_DEBUG_TEMPROOT") or not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    for old in MEMORY.glob(f"{NAME}*"):
        if not psutil.pid_exists(int(old.name.removeprefix(NAME))):
            shutil.rmtree(old, ignore_errors=True)
    if shutil.disk_usage(MEMORY).free > ENOUGH:
        place = MEMORY / f"{NAME}{os.getpid()}"
        place.mkdir(exist_ok=True)
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(place)
