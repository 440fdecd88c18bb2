"""`tsunagi up`: Rasa and the hub on one machine, kept alive together."""

import asyncio
import hashlib
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from pathlib import Path

from bot.machine import sidecar
from bot.machine.crew import Child, Crew
from bot.machine.sidecar import ROOT, CannotStart
from bot.settings import Settings, for_child

Progress = Callable[[str], AbstractContextManager[object]]  # shows that something takes long, by its name
VAR = ROOT / "var"
LOCAL = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}  # noqa: S104  how we reach what listens everywhere


def run(settings: Settings, progress: Progress) -> int:
    """Keep Rasa and the hub running until a signal comes; return the exit code. Training is shown by `progress`."""
    port = settings.port or free_port()
    rasa_port = sidecar.port_of(settings.rasa_url)
    check_database(settings.database_url)
    for name, host, number in (("PORT", settings.host, port), ("RASA_URL", "127.0.0.1", rasa_port)):
        check_free(name, host, number)
    model = trained(progress)
    VAR.mkdir(exist_ok=True)
    tag = tag_of(settings.database_url)
    at = address(settings.host, port)
    token = settings.rasa_token.get_secret_value()
    children = [
        hub(at, for_child(ours=True, PORT=str(port))),
        rasa(rasa_port, model, token, at, tracker=VAR / f"rasa-{tag}.db", log=VAR / f"rasa-{tag}.log"),
    ]
    say("Starting the hub and Rasa; Rasa takes 10 to 40 seconds …")
    crew = Crew(children, say, together=talks(at))
    return asyncio.run(crew.run(lambda: print(f"tsunagi is ready on {at}", flush=True)))


def tag_of(database_url: str) -> str:
    """Return a name for what belongs to one database, such as Rasa's tracker: two files of one name have two."""
    kind, _, place = database_url.partition(":///")
    whole = f"{kind}:///{Path(place).resolve()}" if kind == "sqlite" else database_url
    return hashlib.sha256(whole.encode()).hexdigest()[:8]


def hub(at: str, env: dict[str, str], *, cwd: Path | None = None, log: Path | None = None) -> Child:
    """Return the hub as a child that serves at an address."""
    command = [sys.executable, "-m", "bot", "serve", "--supervised"]
    return Child("The hub", command, answers(f"{at}/readyz"), env=env, cwd=cwd, log=log, grace=30)


def rasa(port: int, model: Path, token: str, hub_at: str, *, tracker: Path, log: Path) -> Child:
    """Return Rasa as a child that serves the model on loopback."""
    return Child(
        "Rasa",
        sidecar.command(port, model),
        answers(f"http://127.0.0.1:{port}/status", token=token),
        env=sidecar.environment(token, hub_at, f"sqlite:///{tracker}"),
        cwd=ROOT,
        log=log,
        grace=10,
    )


def trained(progress: Progress) -> Path:
    """Return the model; training it is told, since it takes half a minute."""
    if not sidecar.model().exists():
        say("Training the dialogue model, once (about half a minute) …")
    with progress("Training"):
        return sidecar.train()


def check_database(url: str) -> None:
    """Raise at once what would make the hub refuse to start. A database server that doesn't answer may still come."""
    from sqlalchemy.exc import OperationalError

    from bot.machine.opening import bring_up, only_hub

    try:
        with only_hub(url):
            bring_up(url)
    except OperationalError:
        say("The database doesn't answer yet; the hub will try again.")


def check_free(name: str, host: str, port: int) -> None:
    """Raise CannotStart when somebody else listens on the port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Nothing can listen on {host} port {port} ({error.strerror}): another process may use it. "
                f"Stop that one, or let {name} name a free port."
            ) from None


def answers(url: str, **query: str) -> Callable[[], Awaitable[bool]]:
    """Return the question whether an address answers 200."""

    async def ready() -> bool:
        import aiohttp

        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session,
                session.get(url, params=query) as response,
            ):
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    return ready


def talks(hub_at: str) -> Callable[[], Awaitable[bool]]:
    """Return the question whether a citizen who writes now would be answered."""
    return answers(f"{hub_at}/readyz", talk="1")


def address(host: str, port: int) -> str:
    """Return how this machine reaches what listens on a host and port."""
    return f"http://{LOCAL.get(host, host)}:{port}"


def free_port() -> int:
    """Return a loopback port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def say(words: str) -> None:
    """Tell the person at the terminal."""
    print(words, file=sys.stderr, flush=True)
