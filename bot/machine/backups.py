"""A copy of the SQLite database, and the way back."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import BotError
from bot.machine.opening import file_of, only_hub
from storage.db import migrating
from storage.schema import refuse_newer

BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps next to a database, and reads as a part of it


class BackupRefused(BotError):
    """Nothing was written; the sentence says why and what to do."""


def save(url: str, target: Path, *, force: bool = False) -> int:
    """Write a consistent, checked copy while the hub may be at work; return its size in bytes."""
    source = _source(url, 'pg_dump --format=custom --file=FILE "$DATABASE_URL"')
    if not source.exists():
        raise BackupRefused(f"There is no database at {source}: nothing to copy. Check DATABASE_URL.")
    _apart(target, source)
    _free(target, force)
    with _Beside(target) as copy:
        with closing(sqlite3.connect(source, timeout=30)) as database:
            database.execute("VACUUM INTO ?", (str(copy),))
        _check(copy)
        return _put(copy, target)


def restore(url: str, backup: Path, *, force: bool = False) -> Path:
    """Put a backup in the database's place and return that; a hub at work, or damage, is refused."""
    target = _source(url, 'pg_restore --clean --if-exists --dbname="$DATABASE_URL" FILE')
    if not backup.is_file():
        raise BackupRefused(f"There is no backup at {backup}.")
    _apart(backup, target)
    _free(target, force)
    with only_hub(url), _Beside(target) as copy:
        with closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as source:
            _copied(source, copy, backup)
        _check(copy, backup)
        with migrating(f"sqlite:///{copy}") as connection:
            refuse_newer(connection)
        for leftover in BESIDE:  # they belong to the file that is replaced
            target.with_name(target.name + leftover).unlink(missing_ok=True)
        _put(copy, target)
    return target


def _source(url: str, instead: str) -> Path:
    file = file_of(url)
    if file is None:
        raise BackupRefused(f"This command is for SQLite; for PostgreSQL use its own tools: {instead}")
    return file


def _apart(backup: Path, database: Path) -> None:
    """Refuse the database itself and what belongs to it, under any name: put in its place while a hub works, a copy
    would meet the newer changes beside it, and neither could be read again."""
    ours = (database, *(database.with_name(database.name + ending) for ending in BESIDE))
    if any(backup.resolve() == one.resolve() or _is_same(backup, one) for one in ours):
        raise BackupRefused(
            f"{backup} is the database itself, or belongs to it. Nothing was changed; name another file."
        )


def _is_same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _free(target: Path, force: bool) -> None:
    if target.exists() and not force:
        raise BackupRefused(f"{target} exists already. Nothing was changed; --force overwrites it.")
    if not target.absolute().parent.is_dir():
        raise BackupRefused(f"The folder {target.absolute().parent} doesn't exist: make it first.")


class _Beside(TemporaryDirectory[str]):
    """A place on the target's own disk, so that the finished copy can take its name at once."""

    def __init__(self, target: Path) -> None:
        super().__init__(dir=target.absolute().parent, prefix=".tsunagi-")

    def __enter__(self) -> Path:  # type: ignore[override]
        return Path(self.name) / "copy.db"


def _copied(source: sqlite3.Connection, copy: Path, backup: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"{backup} is not a backup of tsunagi ({error}). Nothing was changed.") from None


def _check(copy: Path, told: Path | None = None) -> None:
    try:
        with closing(sqlite3.connect(copy)) as database:
            found = database.execute("PRAGMA integrity_check").fetchone()[0]
            ours = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.DatabaseError as error:
        found, ours = str(error), None
    if found != "ok":
        raise BackupRefused(f"{told or 'The copy'} is damaged ({found}). Nothing was changed; use another backup.")
    if not ours:
        raise BackupRefused(f"{told or 'The database'} is not a database of tsunagi. Nothing was changed.")


def _put(copy: Path, target: Path) -> int:
    copy.chmod(0o600)
    with copy.open("rb") as file:
        os.fsync(file.fileno())
    size = copy.stat().st_size
    copy.replace(target)
    return size
