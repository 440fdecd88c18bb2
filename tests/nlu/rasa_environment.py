"""How the tests reach Rasa: its own Python, its commands, and a server one can kill."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from tests import pace

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
TOKEN = "rasa-test-token"
TRAINING = [
    *("--data", "nlu/data", "dialogues/rules"),
    *("--domain", "dialogues/domain"),
    *("--config", "nlu/config.yml"),
]


def environment(**more: str) -> dict[str, str]:
    """The variables Rasa runs with."""
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **quiet, "RASA_CACHE_DIRECTORY": str(ROOT / ".cache" / "rasa"), **more}


def rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a rasa command to its end, from the root of the project."""
    command = [str(PYTHON), "-m", "rasa", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)


def parse(model: Path, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the trained model with its guard makes of each case (see parse_in_rasa.py)."""
    script = str(Path(__file__).parent / "parse_in_rasa.py")
    done = subprocess.run(
        [str(PYTHON), script, str(model)],
        input=json.dumps(cases), cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Rasa:
    """A rasa server over a tracker file, beside a stand-in for the hub's actions."""

    def __init__(self, model: Path, tracker: Path, log: Path, action_url: str) -> None:
        self.url = ""
        self.ready_after = 0.0
        self.pid = 0
        self._told: dict[str, dict[str, Any]] = {}
        self._model, self.tracker_file, self._log, self._action_url = model, tracker, log, action_url

    @property
    def log(self) -> str:
        """All that Rasa has written, with escapes resolved so that words can be looked for."""
        written = self._log.read_text("utf-8", errors="replace")
        return written + re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), written)

    async def start(self) -> None:
        """Start and wait until the model is loaded (≤ 120 s)."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [str(PYTHON), "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port)]
        command += ["--auth-token", TOKEN, "--model", str(self._model)]
        command += ["--endpoints", "nlu/endpoints.yml", "--credentials", "nlu/credentials.yml"]
        where = {
            "RASA_ACTION_URL": self._action_url,
            "RASA_TOKEN": TOKEN,
            "RASA_TRACKER_URL": f"sqlite:///{self.tracker_file}",
        }
        began = time.monotonic()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                command, cwd=ROOT, env=environment(**where), stdout=log, stderr=log
            )
        self.pid = self._process.pid
        while not await self._ready():
            assert self._process.poll() is None, self._log.read_text()[-3000:]
            assert time.monotonic() - began < pace.within(120), "Rasa did not get ready"
            await asyncio.sleep(0.2)
        self.ready_after = time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL: what a power cut does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    async def _ready(self) -> bool:
        async with aiohttp.ClientSession() as session:
            try:
                async with session.get(f"{self.url}/status", params={"token": TOKEN}) as answer:
                    return answer.status == 200 and bool((await answer.json()).get("model_file"))
            except aiohttp.ClientError:
                return False

    async def say(self, citizen: str, text: str, key: str = "k") -> list[dict[str, Any]]:
        """Send a text or payload as a citizen; returns what Rasa says."""
        metadata = {"message_id": key, **self._told.pop(citizen, {})}
        body = {"sender": citizen, "message": text, "metadata": metadata}
        return await self._call("POST", "/webhooks/rest/webhook", body)  # type: ignore[no-any-return]

    def put(self, citizen: str, position: Mapping[str, Any]) -> None:
        """Tell with the next message where the conversation stands; the hub does so with each."""
        self._told[citizen] = {"position": position}

    async def tracker(self, citizen: str) -> dict[str, Any]:
        """The tracker of a citizen."""
        return await self._call("GET", f"/conversations/{citizen}/tracker", None)  # type: ignore[no-any-return]

    async def _call(self, method: str, path: str, body: Any) -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.url + path, params={"token": TOKEN}, json=body) as answer,
        ):
            assert answer.status == 200, await answer.text()
            return await answer.json()
