"""A whole centre for the tests: `tsunagi up` with the trained model, and the simulator as LINE and Slack."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import psutil

from tests import pace

ROOT = Path(__file__).parent.parent.parent
SECRETS = {
    "LINE_CHANNEL_SECRET": "e2e-line-secret", "LINE_CHANNEL_ACCESS_TOKEN": "e2e-line-token",
    "SLACK_BOT_TOKEN": "xoxb-e2e", "SLACK_SIGNING_SECRET": "e2e-slack-secret",
    "SLACK_INTAKE_CHANNEL": "C0INTAKE0", "RASA_TOKEN": "e2e-rasa-token",
}  # fmt: skip
PEOPLE = 40
STARTING = 420.0  # seconds: a first start trains the model


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class Town:
    """The processes of one centre on one database."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.sim_port, self.port, self.rasa_port = free_port(), free_port(), free_port()
        self.url, self.hub = f"http://127.0.0.1:{self.sim_port}", f"http://127.0.0.1:{self.port}"
        self.env = {
            **os.environ, **SECRETS, "DATABASE_URL": database_url, "PORT": str(self.port),
            "RASA_URL": f"http://127.0.0.1:{self.rasa_port}", "LINE_API_URL": self.url,
            "SLACK_API_URL": f"{self.url}/api/", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self._running: list[subprocess.Popen[bytes]] = []
        self._citizens = iter(range(PEOPLE))

    def start(self) -> None:
        """Start everything and wait until the hub is ready and Rasa has its model."""
        people = self.folder / "people.json"
        people.write_text(json.dumps({"citizens": [citizen(n) for n in range(PEOPLE)]}))
        self._run("simulator", "-m", "deploy.simulator", "--port", str(self.sim_port), "--hub", self.hub,
                  "--people", str(people), cwd=ROOT)  # fmt: skip
        self._run("tsunagi", "-m", "bot", "up", cwd=self.folder)
        self.wait_for(f"{self.hub}/readyz", STARTING)
        self.wait_for_rasa(STARTING)

    def stop(self) -> None:
        """End everything that was started, by pid."""
        for process in reversed(self._running):
            process.send_signal(signal.SIGTERM)
        for process in reversed(self._running):
            with suppress(subprocess.TimeoutExpired):
                process.wait(pace.within(40))
            process.kill()

    def new_citizen(self) -> str:
        """Return the LINE id of somebody who hasn't been here."""
        return citizen(next(self._citizens))["id"]

    def tsunagi(self, *args: str) -> str:
        """Run a command of the command line on this centre and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *args],
            env=self.env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=pace.within(120),
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def child(self, *words: str) -> psutil.Process:
        """Return the running child whose command holds the words, such as "serve"."""
        for process in psutil.Process(self._running[1].pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if all(word in " ".join(process.cmdline()) for word in words):
                    return process
        raise AssertionError(f"no child {words}")

    def wait_for_rasa(self, seconds: float = 90) -> None:
        """Wait until Rasa answers with a model."""
        self.wait_for(f"http://127.0.0.1:{self.rasa_port}/status?token={SECRETS['RASA_TOKEN']}", seconds)

    def wait_for(self, url: str, seconds: float) -> None:
        """Wait until an address answers 200; the logs are in the failure."""
        end = time.monotonic() + pace.within(seconds)
        while time.monotonic() < end:
            dead = [p.args for p in self._running if p.poll() is not None]
            assert not dead, f"{dead} ended:\n{self.logs()}"
            with suppress(OSError), urlopen(url, timeout=pace.within(2)) as answer:  # noqa: S310
                if answer.status == 200:
                    return
            time.sleep(0.2)
        raise AssertionError(f"{url} did not answer in {seconds} s:\n{self.logs()}")

    def logs(self) -> str:
        """The end of what the processes wrote."""
        return "\n".join(f"── {f.name}\n{f.read_text(errors='replace')[-3000:]}" for f in self.folder.glob("*.log"))

    def _run(self, name: str, *command: str, cwd: Path, under: tuple[str, ...] = ()) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(
                    [*under, sys.executable, *command],
                    cwd=cwd,
                    env=self.env,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )


def citizen(n: int) -> Mapping[str, str]:
    return {"id": "U" + f"{n:04x}" * 8, "name": f"市民{n:02d}さん"}
