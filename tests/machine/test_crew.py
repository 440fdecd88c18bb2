"""Children that die come back; children that refuse end everything; nothing is left behind."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.machine.crew import REFUSED, Child, Crew
from tests import pace

SLEEPS = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'a')); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS
HAS_CHILD = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(61)']); " + SLEEPS


def child(name: str, born: Path, code: str = SLEEPS, grace: float = 3.0) -> Child:
    """A stand-in that notes each of its lives in a file."""

    async def is_ready() -> bool:
        return os.path.exists(born)  # noqa: ASYNC240  a look at a local file

    return Child(name, [sys.executable, "-c", code, str(born)], is_ready, grace=grace)


def lives(born: Path) -> list[int]:
    return [int(line) for line in born.read_text().split()] if born.exists() else []


async def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + pace.within(seconds)
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        await asyncio.sleep(0.05)


@pytest.fixture
def said() -> list[str]:
    return []


async def test_who_is_killed_comes_back_and_both_end_together(tmp_path: Path, said: list[str]):
    one, two = tmp_path / "one", tmp_path / "two"
    running = asyncio.create_task(
        Crew([child("one", one), child("two", two)], said.append).run(lambda: said.append("ready"))
    )
    await until(lambda: "ready" in said and bool(lives(one)) and bool(lives(two)))

    os.kill(lives(one)[0], signal.SIGKILL)
    await until(lambda: len(lives(one)) == 2, seconds=10)
    os.kill(os.getpid(), signal.SIGTERM)

    assert await running == 0
    assert not any(psutil.pid_exists(pid) for pid in [*lives(one), *lives(two)])
    assert len(lives(two)) == 1
    assert "one was ended by signal 9" in said[1]


async def test_who_dies_again_and_again_is_given_time(tmp_path: Path, said: list[str]):
    born = tmp_path / "born"
    dies = "import sys; print(1, file=open(sys.argv[1], 'a')); sys.exit(5)"
    running = asyncio.create_task(Crew([child("dies", born, dies)], said.append).run(lambda: None))
    await until(lambda: len(said) >= 3)
    os.kill(os.getpid(), signal.SIGINT)

    assert await running == 0
    assert [words.split("again ")[1] for words in said[:3]] == ["now.", "in 0.5 s.", "in 1 s."]


async def test_who_refuses_ends_everything(tmp_path: Path, said: list[str]):
    born, other = tmp_path / "born", tmp_path / "other"
    refuses = f"import sys; print(1, file=open(sys.argv[1], 'a')); sys.exit({REFUSED})"

    code = await Crew([child("refuses", born, refuses), child("other", other)], said.append).run(lambda: None)

    assert code == 1
    assert len(lives(born)) == 1
    assert not any(psutil.pid_exists(pid) for pid in lives(other))
    assert not [words for words in said if "again" in words]


@pytest.mark.parametrize("code", [STUBBORN, HAS_CHILD])
async def test_nothing_is_left_behind(tmp_path: Path, said: list[str], code: str):
    born = tmp_path / "born"
    running = asyncio.create_task(Crew([child("it", born, code, grace=0.5)], said.append).run(lambda: None))
    await until(lambda: bool(lives(born)))
    family = [psutil.Process(lives(born)[0]), *psutil.Process(lives(born)[0]).children(recursive=True)]

    os.kill(os.getpid(), signal.SIGTERM)
    await running

    _, alive = psutil.wait_procs(family, timeout=pace.within(5))
    assert alive == []


async def test_who_cannot_be_started_ends_everything_with_its_error(tmp_path: Path, said: list[str]):
    born = tmp_path / "born"
    missing = Child("missing", ["/nowhere/at/all"], child("missing", born).is_ready)

    with pytest.raises(FileNotFoundError):
        await Crew([child("it", born), missing], said.append).run(lambda: None)

    assert not any(psutil.pid_exists(pid) for pid in lives(born))
