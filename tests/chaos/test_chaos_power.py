"""The power fails, a backup is taken, a new version starts (F5, F19, F20), all while people write: each 200 was true.

Losing power is played on copies: the hub stands still, its files are copied, and of what was written to the log after
the last message we count on, any sector may be missing. It tells of our use of SQLite, not of a disk that lies.
"""

import random
import shutil
import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.db import migrating
from storage.schema import upgrade
from tests import pace
from tests.chaos.lone_hub import LoneHub, Writers

FAILURES = 6  # of the power
SECTOR = 512  # bytes that a disk writes or doesn't
HEADER, FRAME = 32, 24  # bytes before the log's pages, and before each of them (sqlite.org/fileformat, "The WAL File")
ALL_DONE = 60.0  # seconds


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoneHub]:
    hub = LoneHub(tmp_path)
    try:
        yield hub
    finally:
        hub.stop()


def test_what_got_a_200_survives_that_the_power_fails(hub: LoneHub, tmp_path: Path) -> None:
    hub.start()
    chance, lost_without_the_log = random.Random(7), 0  # noqa: S311
    with Writers(hub.hub) as writers:
        for n in range(FAILURES):
            time.sleep(chance.uniform(0.2, 0.6))
            kept, log = set(writers.kept), log_of(hub.file)
            time.sleep(chance.uniform(0.0, 0.05))
            copy = tmp_path / f"copy{n}.db"
            with hub.standing_still():
                shutil.copy(hub.file, copy)
                shutil.copy(wal(hub.file), wal(copy))
            if log_of(copy)[0] != log[0]:
                continue  # the log was begun anew in between: it isn't known how far it had reached the disk
            without = Path(shutil.copy(copy, tmp_path / f"without{n}.db"))
            tear(copy, log[1], chance)

            found, fault = read(copy)

            assert fault == "ok"
            assert kept <= found
            lost_without_the_log += len(kept - read(without)[0])
    assert lost_without_the_log, "a log that never reached the disk would be found out"


def test_a_backup_taken_while_people_write_holds_all_and_nothing_comes_twice(hub: LoneHub, tmp_path: Path) -> None:
    hub.start()
    backup = tmp_path / "backup.db"
    with Writers(hub.hub) as writers:
        time.sleep(1)
        before = set(writers.kept)
        hub.tsunagi("backup", str(backup))
        time.sleep(0.5)
    hub.stop()
    found, fault = read(backup)
    assert fault == "ok"
    assert before <= found

    hub.tsunagi("restore", str(backup), "--force")
    hub.begin()
    again = Writers(hub.hub)
    assert {again.send(key) for key in writers.kept} == {200}  # LINE sends what came after the backup once more

    found, fault = read(hub.file)
    assert fault == "ok"
    assert set(writers.kept) <= found
    assert len(found) == rows(hub.file)


def test_a_hub_starts_on_what_waits_while_people_write(hub: LoneHub) -> None:
    with migrating(hub.env["DATABASE_URL"]) as connection:
        upgrade(connection)
    with closing(sqlite3.connect(hub.file)) as database, database:
        columns = "source, key, conv, body, received_at, status, attempts, next_at"
        for n in range(50):
            told = ("line", f"line:OLD{n}", f"U{n}", b'{"type": "unsend"}', "2026-11-24 03:00:00", "new", 0)
            database.execute(f"INSERT INTO inbox ({columns}) VALUES (?,?,?,?,?,?,?,?)", (*told, told[4]))  # noqa: S608

    with Writers(hub.hub) as writers:  # who finds nobody tries again
        hub.begin()
        time.sleep(1)

    end = time.monotonic() + pace.within(ALL_DONE)
    while waiting(hub.file) and time.monotonic() < end:
        time.sleep(0.2)
    found, _ = read(hub.file)
    assert waiting(hub.file) == 0
    assert found >= {f"OLD{n}" for n in range(50)} | set(writers.kept)
    assert writers.kept


def wal(file: Path) -> Path:
    """The log beside a database."""
    return file.with_name(file.name + "-wal")


def log_of(file: Path) -> tuple[bytes, int]:
    """Return the mark of a log, which changes when it is begun anew, and where its written frames end."""
    data = wal(file).read_bytes()
    salt, page = data[16:24], struct.unpack(">I", data[8:12])[0]
    end = HEADER
    while data[end + 8 : end + 16] == salt:
        end += FRAME + page
    return salt, end


def tear(file: Path, end: int, chance: random.Random) -> None:
    """Lose any sectors of the log that begin after `end`."""
    data = bytearray(wal(file).read_bytes())
    for at in range(end, len(data), SECTOR):
        if chance.random() < 0.5:
            data[at : at + SECTOR] = bytes(len(data[at : at + SECTOR]))
    wal(file).write_bytes(data)


def read(file: Path) -> tuple[set[str], str]:
    """Open a database as after a start: the keys it has, and what it says of itself."""
    with closing(sqlite3.connect(file)) as database:
        keys = {key.removeprefix("line:") for (key,) in database.execute("SELECT key FROM inbox")}
        return keys, str(database.execute("PRAGMA integrity_check").fetchone()[0])


def rows(file: Path) -> int:
    """How many events there are, each with its key."""
    with closing(sqlite3.connect(file)) as database:
        return int(database.execute("SELECT count(*) FROM inbox").fetchone()[0])


def waiting(file: Path) -> int:
    """How many events nobody has finished."""
    with closing(sqlite3.connect(file)) as database:
        return int(database.execute("SELECT count(*) FROM inbox WHERE status = 'new'").fetchone()[0])
