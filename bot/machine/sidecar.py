"""Rasa beside the hub: its model, trained once, and the command that runs it."""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bot.errors import BotError
from bot.settings import for_child

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / ".cache" / "models"
PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"
LEARNT_FROM = ("nlu/*.yml", "nlu/components/**/*.py", "nlu/data/**/*", "dialogues/domain/**/*", "dialogues/rules/**/*",
               "nlu/requirements.lock")  # fmt: skip
# The token is in the environment, since other users of the machine can see arguments.
RUN = "import os, sys; sys.argv += ['--auth-token', os.environ['RASA_TOKEN']]; from rasa.__main__ import main; main()"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
         "PYTHONWARNINGS": "ignore", "RASA_CACHE_DIRECTORY": str(ROOT / ".cache" / "rasa")}  # fmt: skip


class CannotStart(BotError):
    """Something that must be there before the start isn't; the sentence says what to do."""


def model() -> Path:
    """Return where the model of the present dialogues is, or would be."""
    digest = hashlib.sha256()
    for file in _sources():
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return MODELS / f"{digest.hexdigest()}.tar.gz"


def train() -> Path:
    """Return the model; train it first if it isn't cached. Raises CannotStart with the end of Rasa's log."""
    _environment_there()
    wanted = model()
    if wanted.exists():
        return wanted
    MODELS.mkdir(parents=True, exist_ok=True)
    with (MODELS / "training").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # another process may have trained it meanwhile
        if not wanted.exists():
            with TemporaryDirectory(dir=MODELS) as place:
                _train(Path(place)).replace(wanted)
    return wanted


def command(port: int, model: Path) -> list[str]:
    """Return the command that serves the model on this machine alone."""
    return [
        str(PYTHON), "-c", RUN, "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "--model", str(model),
        "--endpoints", "nlu/endpoints.yml", "--credentials", "nlu/credentials.yml",
    ]  # fmt: skip


def environment(token: str, hub: str, tracker: str) -> dict[str, str]:
    """Return Rasa's environment: where the hub's actions and Rasa's own database are, and none of our secrets."""
    return for_child(
        ours=False,
        RASA_TOKEN=token,
        RASA_ACTION_URL=f"{hub}/rasa/actions",
        RASA_TRACKER_URL=tracker,
        **QUIET,
    )


def port_of(url: str) -> int:
    """Return the port Rasa is to serve; raises CannotStart when RASA_URL means another machine."""
    parts = urlsplit(url)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1") or parts.scheme != "http":
        raise CannotStart(
            f"RASA_URL is {url}, but `tsunagi up` runs Rasa on this machine: use http://127.0.0.1:5005, "
            "or `tsunagi serve` where Rasa runs elsewhere."
        )
    return parts.port or 80


def _train(place: Path) -> Path:
    args = ("train", "--data", "nlu/data", "dialogues/rules", "--domain", "dialogues/domain", "--config",
            "nlu/config.yml", "--out", str(place), "--fixed-model-name", "model")  # fmt: skip
    done = subprocess.run(  # noqa: S603  our own Rasa, our own arguments
        [PYTHON, "-m", "rasa", *args], cwd=ROOT, env=for_child(ours=False, **QUIET), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    made = place / "model.tar.gz"
    if done.returncode or not made.exists():
        end = "\n".join(done.stdout.splitlines()[-15:])
        raise CannotStart(f"The model could not be trained; `rasa train` said at the end:\n{end}")
    return made


def _environment_there() -> None:
    if not PYTHON.exists():
        raise CannotStart(f"Rasa's environment is missing ({PYTHON.parent.parent}): run `make setup` in {ROOT}.")


def _sources() -> Iterator[Path]:
    found = {file for pattern in LEARNT_FROM for file in ROOT.glob(pattern) if file.is_file()}
    return iter(sorted(file for file in found if "__pycache__" not in file.parts))


def main() -> None:
    """Train the model if needed: `python -m bot.machine.sidecar`."""
    try:
        if not model().exists():
            print("Training the dialogue model, once (about half a minute) …", flush=True)
        train()
    except CannotStart as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
