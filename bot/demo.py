"""`tsunagi demo`: everything on this machine with made-up secrets, LINE and Slack played by the simulator."""

import asyncio
import secrets
import sys
from pathlib import Path

from bot.crew import Child, Crew
from bot.opening import HubRunning, bring_up, only_hub
from bot.settings import for_child, given
from bot.sidecar import ROOT, CannotStart
from bot.up import VAR, answers, check_free, free_port, hub, rasa, say, trained

PLACE = VAR / "demo"
HELD = {"demo.db-hub"}  # the lock, held while we clear the rest


def run(*, keep: bool = False, place: Path = PLACE) -> int:
    """Run the demo until a signal comes; return the exit code."""
    place.mkdir(parents=True, exist_ok=True)
    database = f"sqlite:///{place}/demo.db"
    _prepare(place, database, keep)
    model = trained()
    port, rasa_port, page_port = _port(), free_port(), free_port()
    at, page = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{page_port}"
    made_up = _made_up(database, port, rasa_port, page)
    children = [
        hub(at, for_child(ours=True, **made_up), cwd=place, log=place / "hub.log"),
        rasa(rasa_port, model, made_up["RASA_TOKEN"], at, tracker=place / "rasa.db", log=place / "rasa.log"),
        _simulator(page, page_port, at, for_child(ours=True, **made_up), place / "simulator.log"),
    ]
    say(f"Starting Rasa, the hub and the simulator; Rasa takes 10 to 40 seconds. Logs are in {place}")
    return asyncio.run(Crew(children, say).run(lambda: _invite(page)))


def _prepare(place: Path, database: str, keep: bool) -> None:
    try:
        with only_hub(database):
            if not keep:
                for file in place.iterdir():
                    if file.is_file() and file.name not in HELD:
                        file.unlink()
            bring_up(database)
    except HubRunning:
        raise CannotStart(f"Another demo runs on {place} already: use its page, or stop it first.") from None


def _made_up(database: str, port: int, rasa_port: int, page: str) -> dict[str, str]:
    """Return every setting: nothing of the environment's may reach the real LINE or Slack from here."""
    return {
        "DATABASE_URL": database,
        "LINE_CHANNEL_SECRET": secrets.token_hex(16),
        "LINE_CHANNEL_ACCESS_TOKEN": secrets.token_hex(32),
        "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(12)}",
        "SLACK_SIGNING_SECRET": secrets.token_hex(16),
        "SLACK_APP_TOKEN": "",
        "SLACK_INTAKE_CHANNEL": "C0INTAKE0",
        "RASA_URL": f"http://127.0.0.1:{rasa_port}",
        "RASA_TOKEN": secrets.token_hex(16),
        "LINE_API_URL": page,
        "SLACK_API_URL": f"{page}/api/",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "TSUNAGI_ENV": "development",
        "STAFF_AUTO_ENROL": "true",
    }


def _simulator(page: str, port: int, hub_at: str, env: dict[str, str], log: Path) -> Child:
    command = [sys.executable, "-m", "deploy.simulator", "--port", str(port), "--hub", hub_at]
    return Child("The simulator", command, answers(f"{page}/"), env=env, cwd=ROOT, log=log, grace=5)


def _port() -> int:
    named = given("PORT")
    if not named:
        return free_port()
    if not named.isdecimal() or int(named) > 65535:
        raise CannotStart(f"PORT is “{named}”, not a port number.")
    check_free("PORT", "127.0.0.1", int(named))
    return int(named) or free_port()


def _invite(page: str) -> None:
    print(f"Open {page} : the citizen's phone on the one side, Slack on the other. Ctrl-C ends.", flush=True)
