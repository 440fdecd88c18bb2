"""What no backup may overwrite, and no restore may read."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.machine import backups
from bot.machine.backups import BackupRefused


@pytest.mark.parametrize("name", ["tsunagi.db", "../{here}/tsunagi.db", "link.db", "hard.db", *backups.BESIDE])
@pytest.mark.parametrize("work", [backups.save, backups.restore])
def test_the_database_is_never_its_own_backup(migrated_url: str, tmp_path: Path, work, name: str) -> None:
    file = tmp_path / "tsunagi.db"
    (tmp_path / "link.db").symlink_to(file)
    (tmp_path / "hard.db").hardlink_to(file)
    named = tmp_path / (f"tsunagi.db{name}" if name.startswith("-") else name.format(here=tmp_path.name))
    with closing(sqlite3.connect(file)) as hub:  # its newest changes stand beside the file
        hub.execute("PRAGMA journal_mode = WAL")
        hub.execute("CREATE TABLE newer (word)")
        hub.execute("INSERT INTO newer VALUES ('kept')")
        hub.commit()
        named.touch()

        with pytest.raises(BackupRefused, match="the database itself"):
            work(migrated_url, named, force=True)

        with closing(sqlite3.connect(file)) as other:
            assert other.execute("SELECT word FROM newer").fetchall() == [("kept",)]


@pytest.mark.parametrize("name", ["控え #1 100%?.db", "o'brien.db", "-copy.db"])
def test_any_other_name_is_a_backup_s(migrated_url: str, tmp_path: Path, name: str) -> None:
    backups.save(migrated_url, tmp_path / name)

    assert backups.restore(migrated_url, tmp_path / name, force=True) == tmp_path / "tsunagi.db"
