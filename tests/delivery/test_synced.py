"""Every 200 to LINE follows a sync of its own, as the system saw it: the hub under strace."""

import re
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from storage.db import migrating
from storage.schema import upgrade
from tests import pace
from tests.chaos.signed import LINE_SECRET, send
from tests.e2e.town import Town

SENDERS, EACH = 8, 12
STRACE = shutil.which("strace")
CALL = re.compile(r"^(?P<pid>\d+) +(?P<at>\d+\.\d+) (?P<what>.*)$")
ASKED, ANSWERED = "POST /line/webhook HTTP", "HTTP/1.1 200"


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
    for line in filter(None, map(CALL.match, trace.splitlines())):
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
    url, trace = f"sqlite:///{tmp_path}/hub.db", tmp_path / "trace"
    with migrating(url) as connection:
        upgrade(connection)
    town = Traced(tmp_path, url)
    town.env["LINE_CHANNEL_SECRET"] = LINE_SECRET
    town.begin(trace)
    try:
        with ThreadPoolExecutor(SENDERS) as pool:
            codes = [code for some in pool.map(_sends, [town.hub] * SENDERS) for code in some]
    finally:
        town.stop()

    seen = read(trace.read_text(errors="replace"))

    assert codes == [200] * SENDERS * EACH
    assert sum(one.kind == "asked" for one in seen) == SENDERS * EACH
    assert unsynced(seen) == []
    assert unsynced([one for one in seen if one.kind != "synced"]), "a hub that doesn't sync would be found"
    late = [Seen(s.kind, s.began - 60, s.ended - 60) if s.kind == "synced" else s for s in seen]
    assert unsynced(late), "and one that answers before it syncs"


class Traced(Town):
    """A hub whose every sync and answer is written down."""

    def begin(self, trace: Path) -> None:
        """Start it under strace, and wait until it answers."""
        watched = "trace=fdatasync,fsync,read,recvfrom,recvmsg,write,writev,sendto,sendmsg"
        strace = (STRACE or "", "-f", "-yy", "-ttt", "-T", "-s", "24", "-e", watched, "-o", str(trace))
        self._run("tsunagi", "-m", "bot", "serve", cwd=self.folder, under=strace)
        self.wait_for(f"{self.hub}/healthz", 120)

    def stop(self) -> None:
        """End the hub first: strace would leave it behind."""
        for hub in psutil.Process(self._running[0].pid).children():
            hub.terminate()
        self._running[0].wait(pace.within(30))
        super().stop()


def _sends(hub: str) -> list[int]:
    return [send(hub, uuid4().hex.upper()) for _ in range(EACH)]
