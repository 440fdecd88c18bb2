"""`serve` and `up`: what stops them, with which sentence, and that the hub ends well."""

import json
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import pace
from tests.cli.tsunagi_script import MADE_UP, SCRIPT, Tsunagi

Hub = Callable[[], tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.fixture
def hub(tmp_path: Path, env: dict[str, str], port: int) -> Iterator[Hub]:
    """Start `tsunagi serve` and wait until it is ready."""
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple["subprocess.Popen[str]", str]:
        log = (tmp_path / "hub.log").open("w")
        process = subprocess.Popen(
            [SCRIPT, "serve"], cwd=tmp_path, env=env | MADE_UP | {"PORT": str(port)}, stdout=log, stderr=log, text=True
        )
        log.close()
        started.append(process)
        at = f"http://127.0.0.1:{port}"
        end = time.monotonic() + pace.within(60)
        while time.monotonic() < end:
            if process.poll() is not None or answers(f"{at}/readyz"):
                break
            time.sleep(0.1)
        return process, at

    yield start
    for process in started:
        process.kill()
        process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=pace.within(2)) as response:  # noqa: S310  our own loopback address
            return bool(response.status == 200)
    except OSError:
        return False


def test_a_hub_is_ready_knows_something_refuses_a_second_and_ends_well(tsunagi: Tsunagi, hub: Hub, tmp_path: Path):
    process, at = hub()
    assert answers(f"{at}/healthz")
    assert json.loads(tsunagi("knowledge", "stats", "--json").stdout)["ward-fact"] >= 18

    second = tsunagi("serve", **MADE_UP, PORT="0")
    assert second.returncode == 1
    assert f"A hub (process {process.pid}) already works on" in second.stderr
    assert tsunagi("backup", "copy.db").returncode == 0
    assert "already works on" in tsunagi("restore", "copy.db", "--force").stderr

    process.send_signal(signal.SIGTERM)
    assert process.wait(pace.within(30)) == 0
    lines = [json.loads(line) for line in (tmp_path / "hub.log").read_text().splitlines()]
    assert {"at", "level", "from", "message"} <= lines[0].keys()
    assert "made-up" not in (tmp_path / "hub.log").read_text()


@pytest.mark.parametrize("command", ["serve", "up"])
def test_every_missing_setting_is_listed(tsunagi: Tsunagi, command: str):
    done = tsunagi(command, SLACK_API_URL="http://127.0.0.1:9/", LINE_CHANNEL_SECRET="")

    assert done.returncode == 1
    for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET",
                 "SLACK_INTAKE_CHANNEL", "RASA_TOKEN"):  # fmt: skip
        assert f"{name} is missing" in done.stderr
    assert "SLACK_API_URL must end in /api/" in done.stderr


@pytest.mark.parametrize("command", ["serve", "up"])
def test_a_port_in_use_is_a_sentence(tsunagi: Tsunagi, command: str, port: int):
    with socket.create_server(("127.0.0.1", port)):
        done = tsunagi(command, **MADE_UP, PORT=str(port))

    assert done.returncode == 1
    assert f"Nothing can listen on 127.0.0.1 port {port}" in done.stderr.splitlines()[-1]


def test_up_refuses_a_rasa_elsewhere(tsunagi: Tsunagi):
    done = tsunagi("up", **(MADE_UP | {"RASA_URL": "http://rasa.example:5005"}))

    assert done.returncode == 1
    assert "`tsunagi serve` where Rasa runs elsewhere" in done.stderr


def test_a_refusal_tells_the_supervisor_not_to_try_again(tsunagi: Tsunagi, tmp_path: Path):
    assert tsunagi("serve", "--supervised").returncode == 78
    tsunagi("db", "upgrade")
    with closing(sqlite3.connect(tmp_path / "tsunagi.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    done = tsunagi("serve", "--supervised", **MADE_UP)

    assert done.returncode == 78
    assert "newer" in done.stderr


def test_doctor_names_what_is_wrong_and_what_to_do(tsunagi: Tsunagi):
    tsunagi("db", "upgrade")

    done = tsunagi("doctor", **MADE_UP)

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [line[0] for line in lines[:4]] == ["✓"] * 4  # settings, database, disk, time zone
    for name in ("Rasa", "LINE token", "Slack token"):
        assert any(line.startswith(f"✗ {name}: ") and "does not answer" in line for line in lines), lines


def test_doctor_lists_missing_settings_and_still_looks_at_the_rest(tsunagi: Tsunagi):
    findings = json.loads(tsunagi("doctor", "--json").stdout)

    assert {one["what"]: one["good"] for one in findings} == {
        "settings": False, "database": False, "disk": True, "time zone": True,
    }  # fmt: skip
    assert "SLACK_BOT_TOKEN is missing" in findings[0]["told"]


def test_doctor_doubts_what_is_misspelt_and_what_is_still_the_example_s(tsunagi: Tsunagi):
    known_to_all = {"RASA_TOKEN": "0123456789abcdef0123456789abcdef", "DATABSE_URL": "sqlite:///elsewhere.db"}

    lines = tsunagi("doctor", **MADE_UP | known_to_all).stdout.splitlines()

    assert lines[0] == "✗ settings: RASA_TOKEN still as in .env.example: put your own values"
    assert lines[1] == "✗ settings: DATABSE_URL is no setting: did you mean DATABASE_URL?"
