"""How the tests of the command line start it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests import pace
from tests.cli.tsunagi_script import SCRIPT, Done, Tsunagi


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a SQLite database and no other setting."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONUTF8": "1", "DATABASE_URL": f"sqlite:///{tmp_path}/tsunagi.db"}


@pytest.fixture
def tsunagi(tmp_path: Path, env: dict[str, str]) -> Tsunagi:
    """Run a command to its end."""

    def run(*args: str, **settings: str) -> Done:
        return subprocess.run(
            [SCRIPT, *args], cwd=tmp_path, env=env | settings, text=True, capture_output=True, timeout=pace.within(90)
        )

    return run
