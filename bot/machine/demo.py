"""`tsunagi demo`: everything on this machine with made-up secrets, LINE and Slack played by the simulator."""

import asyncio
import json
import secrets
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

from bot.desk.team import staff
from bot.machine.crew import Child, Crew
from bot.machine.opening import HubRunning, bring_up, only_hub
from bot.machine.sidecar import ROOT, CannotStart
from bot.machine.up import Progress, answers, check_free, free_port, hub, rasa, say, talks, trained
from bot.settings import DEMO, for_child, given
from storage.db import Database
from storage.models import Role

PEOPLE: list[tuple[str, str, Role, list[str], list[str]]] = [  # those of deploy/simulator/config.py
    ("U0ALICE00", "青木 ありす", Role.COORDINATOR, ["子ども・若者", "教育・学び"], ["鶴見区", "神奈川区"]),
    ("U0BOB0000", "馬場 ひろし", Role.COORDINATOR, ["高齢者・福祉", "健康・医療"], ["南区", "港南区"]),
    ("U0INOUE00", "井上 ゆう", Role.COORDINATOR, ["環境・みどり", "まちづくり・空き家"], ["港北区", "都筑区"]),
    ("U0OGAWA00", "小川 まこと", Role.COORDINATOR, ["多文化共生", "防災・防犯"], ["中区", "金沢区"]),
    ("U0CHIKA00", "千葉 ちか", Role.CITY_STAFF, [], []),
    ("U0KATO000", "加藤 りさ", Role.RECEPTION, [], []),
    ("U0LEAD000", "森 ゆうこ", Role.LEAD, [], []),
]
HELD = {"demo.db-hub"}  # the lock, held while we clear the rest


def run(progress: Progress, *, keep: bool = False, place: Path = DEMO.parent) -> int:
    """Run the demo until a signal comes; return the exit code. Training is shown by `progress`."""
    place.mkdir(parents=True, exist_ok=True)
    database = f"sqlite:///{place / DEMO.name}"
    _prepare(place, database, keep)
    model = trained(progress)
    port, rasa_port, page_port = _port(), free_port(), free_port()
    at, page = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{page_port}"
    made_up = _made_up(database, port, page)
    children = [
        hub(at, for_child(ours=True, **made_up), cwd=place, log=place / "hub.log"),
        rasa(rasa_port, model, made_up["RASA_TOKEN"], at, tracker=place / "rasa.db", log=place / "rasa.log"),
        _simulator(page, page_port, at, rasa_port, for_child(ours=True, **made_up), place / "simulator.log"),
    ]
    say(f"Starting Rasa, the hub and the simulator; Rasa takes 10 to 40 seconds. Logs are in {place}")
    return asyncio.run(Crew(children, say, together=talks(at)).run(lambda: _invite(page)))


def _prepare(place: Path, database: str, keep: bool) -> None:
    try:
        with only_hub(database):
            if not keep:
                for file in place.iterdir():
                    if file.is_file() and file.name not in HELD:
                        file.unlink()
            bring_up(database)
            asyncio.run(_enrol(database))
    except HubRunning:
        raise CannotStart(f"Another demo runs on {place} already: use its page, or stop it first.") from None


async def _enrol(database: str) -> None:
    """Give the people of the simulated workspace their roles."""
    db = Database(database)
    async with db.transaction() as session:
        for slack_id, name, role, themes, wards in PEOPLE:
            member = await staff.add(session, slack_id, role, name=name, now=datetime.now(UTC))
            member.themes, member.wards = themes, wards
    await db.close()


def _made_up(database: str, port: int, page: str) -> dict[str, str]:
    """Return every setting: nothing of the environment's may reach the real LINE or Slack from here."""
    return {
        "DATABASE_URL": database,
        "LINE_CHANNEL_SECRET": secrets.token_hex(16),
        "LINE_CHANNEL_ACCESS_TOKEN": secrets.token_hex(32),
        "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(12)}",
        "SLACK_SIGNING_SECRET": secrets.token_hex(16),
        "SLACK_APP_TOKEN": "",
        "SLACK_INTAKE_CHANNEL": "C0INTAKE0",
        "SLACK_WARD_CHANNELS": "",
        "RASA_URL": f"{page}/rasa",  # through the simulator, which can make it fail
        "RASA_TOKEN": secrets.token_hex(16),
        "LINE_API_URL": page,
        "SLACK_API_URL": f"{page}/api/",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "TSUNAGI_ENV": "development",
        "STAFF_AUTO_ENROL": "true",
    }


def _simulator(page: str, port: int, hub_at: str, rasa_port: int, env: dict[str, str], log: Path) -> Child:
    command = [sys.executable, "-m", "deploy.simulator", "--port", str(port), "--hub", hub_at]
    command += ["--rasa", f"http://127.0.0.1:{rasa_port}", "--made-up"]
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
    _one_clock(page)
    print(f"Open {page} : the citizen's phone on the one side, Slack on the other. Ctrl-C ends.", flush=True)


def _one_clock(page: str) -> None:
    """Let the simulator go by the hub's clock, which may have been moved ahead before a restart."""
    body = json.dumps({"seconds": 0}).encode()
    with suppress(OSError):  # told by the page itself as soon as somebody moves the clock
        urlopen(Request(f"{page}/sim/clock", body, {"Content-Type": "application/json"}), timeout=30).close()  # noqa: S310  our own loopback address
