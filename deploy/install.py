"""Sets up what is needed to run and test: `python3.11 deploy/install.py`, or `--for-tests` for what tests look through.

Uses the standard library only. uv comes from PATH, or by pip into .cache/uv; packages come from the index this
machine's pip is configured for. What hasn't changed since the last time is left alone.
"""

# ruff: noqa: S603, S607  every command is written here; apt-get and uv are whichever the machine has

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
JAPANESE = ("NotoSansCJK*", "ipag*", "fonts-japanese*")  # fonts that Chromium can draw our words with
PAUSES = (0, 10, 30)  # seconds before each try of apt: its mirror may be away for a moment
# uv doesn't read pip's configuration: what the machine says there is handed on, unless uv has its own.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
}


class CannotInstall(Exception):
    """The set-up stopped; the sentence says where and what to do."""


def main() -> None:
    """Set up both environments and the model, or the browser."""
    try:
        for_tests() if "--for-tests" in sys.argv[1:] else everything()
    except CannotInstall as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted; run it again, it goes on where it stopped.")


def everything() -> None:
    """Make .venv, nlu/.venv and the model, each only when its lock or source has changed."""
    environment(ROOT, ROOT / "requirements-dev.lock", "the hub's environment", ourselves=True)
    environment(ROOT / "nlu", ROOT / "nlu" / "requirements.lock", "Rasa's environment (1.7 GB)")
    run([ROOT / ".venv/bin/python", "-m", "bot.machine.sidecar"], "training the model")


def environment(place: Path, lock: Path, name: str, *, ourselves: bool = False) -> None:
    """Fill place/.venv with exactly the locked packages, checked by their hashes."""
    venv = place / ".venv"
    stamp, wanted = venv / "installed", _digest(lock, ROOT / "pyproject.toml" if ourselves else lock)
    if stamp.exists() and stamp.read_text() == wanted and (venv / "bin/python").exists():
        return
    print(f"Setting up {name} …", flush=True)
    uv, env = find_uv(), uv_environment()
    if not _runs(venv / "bin/python"):
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, venv], f"making {venv}", env=env)
    python = ("--python", venv / "bin/python")
    quiet = [] if sys.stderr.isatty() else ["--quiet"]  # its bars need a terminal; a list of names says little
    sync = [uv, "pip", "sync", *quiet, "--require-hashes", *python, lock.name]
    run(sync, f"installing {lock.name}", cwd=place, env=env)
    if ourselves:
        own = ["--no-deps", "--no-build-isolation", "--editable", "."]
        run([uv, "pip", "install", "--quiet", *python, *own], "installing tsunagi", cwd=place, env=env)
    stamp.write_text(wanted)


def find_uv() -> str:
    """Return uv's path; fetched with pip when the machine has none."""
    if found := shutil.which("uv"):
        return found
    place = CACHE / "uv"
    uv = place / "bin" / "uv"
    if not _runs(uv, "--version"):
        print("Fetching uv, the package installer …", flush=True)
        fetch = ["install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--upgrade"]
        if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0:
            run([sys.executable, "-m", "pip", *fetch, "--target", place, "uv"], "fetching uv")
        else:  # a Python without pip may still know how to make environments
            run([sys.executable, "-m", "venv", "--clear", place], "making an environment for uv")
            run([place / "bin/python", "-m", "pip", *fetch, "uv"], "fetching uv")
    return str(uv)


def uv_environment() -> dict[str, str]:
    """Return the environment for uv: this machine's package index, as pip is configured for it."""
    env = {"UV_PYTHON_DOWNLOADS": "never", **os.environ}
    own = any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_CONFIG_FILE"))
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    for line in [] if own else listed.stdout.splitlines():
        name, _, value = line.partition("=")
        uv_name = PIP_TO_UV.get(name.split(".")[-1])
        if uv_name:
            separator = "," if uv_name == "UV_FIND_LINKS" else " "
            env.setdefault(uv_name, separator.join(value.strip("'\"").replace("\\n", " ").split()))
    if "UV_INDEX" in env:  # as pip does it: the best match of all indexes; every file's hash is checked
        env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return env


def for_tests() -> None:
    """Install Chromium, a Japanese font and strace for the tests where that is easy; else say what is missing."""
    missing = _missing_for_the_tests()
    if not missing:
        return
    names = " and ".join(missing)
    if not shutil.which("apt-get") or os.geteuid() != 0:
        print(f"Missing for some of the tests: {names}. As root, where there is apt-get, I install them.", flush=True)
        return
    print(f"Installing {names} for the tests …", flush=True)
    if not any(_apt_brings(missing, pause) for pause in PAUSES):
        print("They could not be installed: the tests that need them can't run.", flush=True)


def _apt_brings(packages: Sequence[str], pause: int) -> bool:
    """Install packages after a pause, from a fresh list where that can be had."""
    time.sleep(pause)
    _apt("update", "-qq")
    return _apt("install", "-y", "-qq", "--no-install-recommends", *packages)


def _apt(*args: str) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(["apt-get", *args], env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _missing_for_the_tests() -> list[str]:
    there = any(map(shutil.which, BROWSERS))
    readable = any(file for name in JAPANESE for file in Path("/usr/share/fonts").rglob(name))
    looks = ([] if there else ["chromium"]) + ([] if readable else ["fonts-ipafont-gothic"])
    return looks + ([] if shutil.which("strace") else ["strace"])


def run(command: Sequence[str | Path], what: str, *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command with its output shown; a failure becomes a sentence."""
    try:
        done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise CannotInstall(f"The set-up stopped while {what}: {error}.") from None
    if done.returncode:
        raise CannotInstall(f"The set-up stopped while {what}; see the lines above, then run it again.")


def _runs(program: Path, argument: str = "-c pass") -> bool:
    return program.exists() and subprocess.run([program, *argument.split()], capture_output=True).returncode == 0


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


if __name__ == "__main__":
    main()
