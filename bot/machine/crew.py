"""Processes that are kept running together: each is started again when it dies, and all end when we end."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REFUSED = 78  # a child's exit code (EX_CONFIG): it said why, and starting it again would change nothing
SETTLED = 60.0  # seconds: if a process has run so long, its next death counts as the first
PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before the next start; never more than the promised 10


@dataclass(frozen=True)
class Child:
    """How one process is started, and how one sees that it is ready."""

    name: str
    command: Sequence[str]
    is_ready: Callable[[], Awaitable[bool]]
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    log: Path | None = None  # where its output goes; None: to ours
    grace: float = 20.0  # seconds from the request to end until it is killed


class Crew:
    """Starts the children, keeps them alive, and ends them in their order."""

    def __init__(
        self,
        children: Sequence[Child],
        say: Callable[[str], None],
        *,
        together: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self._children, self._say = children, say
        self._asked = [child.is_ready for child in children] + ([together] if together else [])
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._end = asyncio.Event()
        self._code = 0

    async def run(self, on_ready: Callable[[], None]) -> int:
        """Work until a signal comes (0) or a child refuses to work (1); nothing is left behind."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._end.set)
        tasks = [asyncio.create_task(self._keep(child)) for child in self._children]
        tasks.append(asyncio.create_task(self._announce(on_ready)))
        for task in tasks:
            task.add_done_callback(self._notice)
        await self._end.wait()
        for task in tasks:  # first, so that no task starts a child meanwhile
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        for child in self._children:
            await self._stop(child)
        for failure in (end for end in ends if isinstance(end, Exception)):
            raise failure
        return self._code

    def _notice(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():  # a child that can't even be started
            self._end.set()

    async def _keep(self, child: Child) -> None:
        deaths = 0
        while not self._end.is_set():
            born = time.monotonic()
            process = self._running[child.name] = await _start(child)
            code = await process.wait()
            if self._end.is_set():
                return
            _kill(process)  # also the processes that it started itself
            if code == REFUSED:
                self._code = 1
                self._end.set()
                return
            deaths = 0 if time.monotonic() - born > SETTLED else deaths
            pause = PAUSES[min(deaths, len(PAUSES) - 1)]
            deaths += 1
            self._say(_obituary(child, code, pause))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._end.wait(), pause)

    async def _announce(self, on_ready: Callable[[], None]) -> None:
        for is_ready in self._asked:  # each alone, then whether they answer together
            while not await is_ready():  # noqa: ASYNC110  another process can't set an event of ours
                await asyncio.sleep(0.2)
        on_ready()

    async def _stop(self, child: Child) -> None:
        process = self._running.get(child.name)
        if process is None:
            return
        if process.returncode is None:
            _signal(process, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), child.grace)
        _kill(process)
        await process.wait()


async def _start(child: Child) -> asyncio.subprocess.Process:
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(child.log.open("ab")) if child.log else None
        return await asyncio.create_subprocess_exec(
            *child.command,
            env=child.env,
            cwd=child.cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,  # a group of its own: it ends as a whole, and Ctrl-C reaches only us
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def _die_with_parent() -> None:
    """Ask Linux to end this process when its parent is killed."""
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _signal(process: asyncio.subprocess.Process, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _kill(process: asyncio.subprocess.Process) -> None:
    _signal(process, signal.SIGKILL)


def _obituary(child: Child, code: int, pause: float) -> str:
    end = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    when = f"in {pause:g} s" if pause else "now"
    return f"{child.name} {end}; it is started again {when}." + (f" Its log: {child.log}" if child.log else "")
