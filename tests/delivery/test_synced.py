"""Every 200 to LINE follows a sync of its own, as the system saw it: the hub under strace."""

import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from storage.db import migrating
from storage.schema import upgrade
from tests.e2e.town import ROOT, SECRETS, free_port

SENDERS, EACH = 8, 12
STRACE = shutil.which("strace")
LINE = re.compile(r"^(?P<pid>\d+) +(?P<at>\d+\.\d+) (?P<what>.*)$")
ASKED, ANSWERED = "POST /line/webhook", "HTTP/1.1 200"


@dataclass(frozen=True)
class Seen:
    """One thing the system saw: when it began and ended, and which it is."""

    kind: str  # asked, synced or answered
    began: float
    ended: float
    socket: str = ""


def read(trace: str) -> list[Seen]:
    """Return what a trace tells, in the order it ended: requests read, logs synced, answers written."""
    begun: dict[str, tuple[float, str]] = {}
    found = []
    for line in filter(None, map(LINE.match, trace.splitlines())):
        pid, at, what = line["pid"], float(line["at"]), line["what"]
        if what.endswith("<unfinished ...>"):
            begun[pid] = (at, what)
            continue
        began, call = at, what
        if what.startswith("<... "):
            began, first = begun.pop(pid, (at, ""))
            call = first + what
        found += _seen(call, began, began + _took(what))
    return sorted(found, key=lambda one: one.ended)


def _took(what: str) -> float:
    return float(found[1]) if (found := re.search(r"<(\d+\.\d+)>$", what)) else 0.0


def _seen(call: str, began: float, ended: float) -> Iterator[Seen]:
    place = re.match(r"\w+\(\d+<(TCP:\[[^\]]*\]|[^>]*)>", call)
    where = place[1] if place else ""
    if call.startswith(("fdatasync", "fsync")) and where.endswith("-wal") and "= 0" in call:
        yield Seen("synced", began, ended)
    elif ASKED in call:
        yield Seen("asked", began, ended, where)
    elif ANSWERED in call:
        yield Seen("answered", began, ended, where)


def unsynced(seen: Sequence[Seen]) -> list[Seen]:
    """Return the answers between whose request's arrival and themselves no sync of the log began and ended."""
    asked: dict[str, float] = {}
    wrong = []
    for one in seen:
        if one.kind == "asked":
            asked[one.socket] = one.began
        elif one.kind == "answered" and one.socket in asked:
            since = asked.pop(one.socket)
            if not any(s.kind == "synced" and since <= s.began and s.ended <= one.began for s in seen):
                wrong.append(one)
    return wrong


@pytest.mark.skipif(STRACE is None, reason="strace isn't there: apt-get install strace")
def test_every_200_follows_a_sync_that_began_after_its_request_came(tmp_path: Path) -> None:
    port, trace = free_port(), tmp_path / "trace"
    with _traced(tmp_path, port, trace), ThreadPoolExecutor(SENDERS) as pool:
        codes = [code for some in pool.map(lambda _: _sends(port), range(SENDERS)) for code in some]

    seen = read(trace.read_text(errors="replace"))

    assert codes == [200] * SENDERS * EACH
    assert sum(one.kind == "asked" for one in seen) == SENDERS * EACH
    assert unsynced(seen) == []
    assert unsynced([one for one in seen if one.kind != "synced"]), "a hub that doesn't sync would be found"
    late = [Seen(s.kind, s.began - 60, s.ended - 60) if s.kind == "synced" else s for s in seen]
    assert unsynced(late), "and one that answers before it syncs"


class _traced:
    """A hub on a database of its own, every sync and answer of which is written down."""

    def __init__(self, folder: Path, port: int, trace: Path) -> None:
        url = f"sqlite:///{folder}/hub.db"
        with migrating(url) as connection:
            upgrade(connection)
        self._log = (folder / "hub.log").open("wb")
        nowhere = f"http://127.0.0.1:{free_port()}"
        env = {**os.environ, **SECRETS, "DATABASE_URL": url, "PORT": str(port), "RASA_URL": nowhere,
               "LINE_API_URL": nowhere, "SLACK_API_URL": f"{nowhere}/api/", "PYTHONPATH": str(ROOT)}  # fmt: skip
        watched = "fdatasync,fsync,read,recvfrom,recvmsg,write,writev,sendto,sendmsg"
        command = [STRACE or "", "-f", "-yy", "-ttt", "-T", "-s", "24", "-e", f"trace={watched}", "-o", str(trace)]
        self._port = port
        self._hub = subprocess.Popen(
            [*command, sys.executable, "-m", "bot", "serve"], cwd=folder, env=env, stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log, start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> None:
        for _ in range(600):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self._port}/healthz", timeout=2):
                return
            time.sleep(0.2)
        raise AssertionError("the hub did not start")

    def __exit__(self, *_: object) -> None:
        os.killpg(self._hub.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._hub.wait(30)
        with suppress(ProcessLookupError):
            os.killpg(self._hub.pid, signal.SIGKILL)
        self._hub.wait(10)
        self._log.close()


def _sends(port: int) -> list[int]:
    return [_send(port) for _ in range(EACH)]


def _send(port: int) -> int:
    event = {
        "type": "unsend", "mode": "active", "timestamp": int(time.time() * 1000), "webhookEventId": uuid4().hex.upper(),
        "deliveryContext": {"isRedelivery": False}, "source": {"type": "user", "userId": "U" + uuid4().hex},
        "unsend": {"messageId": str(uuid4().int)[:18]},
    }  # fmt: skip
    body = json.dumps({"destination": "U" + "b07" * 10 + "b0", "events": [event]}).encode()
    signed = hmac.new(SECRETS["LINE_CHANNEL_SECRET"].encode(), body, hashlib.sha256).digest()
    headers = {"X-Line-Signature": base64.b64encode(signed).decode(), "Content-Type": "application/json"}
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/line/webhook", body, headers), timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
