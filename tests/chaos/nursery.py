"""Starts hubs without their seconds of importing: a process that has imported everything, and forks.

A child runs the real command line, `tsunagi serve`, and is a process like any other: killed by its number.
Run as `python -m tests.chaos.nursery`; requests and answers are lines of JSON on the standard streams.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from tests import pace

ROOT = Path(__file__).parent.parent.parent


class Nursery:
    """The tests' side of it."""

    def __init__(self) -> None:
        env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"],
            cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._ask({"do": "ended"})  # it answers when everything is imported

    def start(self, hub: str, folder: Path, env: dict[str, str], faster: float) -> int:
        """Start a hub in a folder and return its process id; `<hub>.log` is what it writes."""
        return int(self._ask({"do": "start", "hub": hub, "folder": str(folder), "env": env, "faster": faster})["pid"])

    def ended(self) -> dict[int, int]:
        """Return the children that have ended, with their exit codes; minus nine: killed."""
        return {int(pid): code for pid, code in self._ask({"do": "ended"}).items()}

    def close(self) -> None:
        """Kill what still runs."""
        self._process.communicate(timeout=pace.within(30))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def main() -> None:
    """Import everything once, then do as the tests ask until they are gone."""
    for module in ("bot.app", "bot.cli", "bot.serving", "tests.chaos.breakage", "tests.chaos.tempo"):
        import_module(module)

    ended: dict[int, int] = {}
    children: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "start":
            pid = os.fork()
            if not pid:
                _become_hub(request)
            children.add(pid)
            answer: dict[Any, Any] = {"pid": pid}
        else:
            ended |= _reap(children - set(ended))
            answer = ended
        print(json.dumps(answer), flush=True)
    for pid in children - set(ended):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _reap(children: set[int]) -> dict[int, int]:
    seen = [os.waitpid(child, os.WNOHANG) for child in children]
    return {pid: os.waitstatus_to_exitcode(status) for pid, status in seen if pid}


def _become_hub(request: dict[str, Any]) -> None:
    os.setsid()
    os.chdir(request["folder"])
    log = os.open(f"{request['hub']}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    null = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, null), (1, log), (2, log)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(request["env"])
    os._exit(_serve(request))


def _serve(request: dict[str, Any]) -> int:
    from bot.cli import main as tsunagi
    from tests.chaos import breakage, tempo

    tempo.hurry(request["faster"])
    breakage.install(breakage.Switches(Path(request["folder"]), request["hub"]))
    sys.argv = ["tsunagi", "serve"]
    try:
        tsunagi()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:  # the top of the child: it must never go on as the nursery
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
