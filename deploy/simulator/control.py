"""What tests and the page use: people who act on what is really on their screens, trouble, the wire log."""

import json
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.simulator import crowd
from deploy.simulator.config import Config
from deploy.simulator.errors import NotOnScreen
from deploy.simulator.hub import Answer
from deploy.simulator.line import webhooks
from deploy.simulator.line.acts import ACTS as CITIZEN_ACTS
from deploy.simulator.line.phones import drawn
from deploy.simulator.slack import signing
from deploy.simulator.slack.people.acts import ACTS as STAFF_ACTS
from deploy.simulator.slack.people.acts import screen
from deploy.simulator.state import World
from deploy.simulator.wire import curl

Json = dict[str, Any]
SETTABLE = {"hub", "line_timeout", "slack_timeout", "reply_token_seconds", "trigger_seconds", "line_quota",
            "redeliveries", "slack_retries", "post_burst", "post_rate"}  # fmt: skip
UNBLOCKED = {"follow", "block"}  # all that somebody can do who has blocked the centre
MOST_AHEAD = 366 * 86_400.0
SAFE_IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp"}


def routes(world: World) -> list[Route]:
    """Everything under /sim."""
    table: list[tuple[str, str, Callable[[World, Request], Awaitable[Response]]]] = [
        ("GET", "/sim/world", overview), ("POST", "/sim/settings", settings), ("POST", "/sim/citizens", newcomer),
        ("GET", "/sim/phone/{who}", phone), ("POST", "/sim/phone/{who}/{act}", citizen_acts),
        ("GET", "/sim/staff/{who}", staff), ("POST", "/sim/staff/{who}/{act}", staff_acts),
        ("GET", "/sim/content/{id}", content), ("GET", "/sim/menu/{id}", menu),
        ("GET", "/sim/slack/files/{id}", slack_file), ("GET", "/sim/picture", picture),
        ("POST", "/sim/faults", faults), ("DELETE", "/sim/faults", faults), ("GET", "/sim/faults", faults),
        ("GET", "/sim/wire/{n}/curl", again),
        ("GET", "/sim/wire", wire), ("DELETE", "/sim/wire", wire), ("GET", "/sim/records", records),
        ("POST", "/sim/raw/line", raw_line), ("POST", "/sim/raw/slack", raw_slack),
        ("GET", "/sim/events", events), ("POST", "/sim/clock", clock), ("POST", "/sim/crowd", come),
        ("POST", "/sim/life", life),
    ]  # fmt: skip
    return [Route(path, _guarded(world, handler), methods=[verb]) for verb, path, handler in table]


def _guarded(world: World, handler: Any) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await handler(world, request)
        except NotOnScreen as no:
            return JSONResponse({"error": str(no)}, 404)
        except (KeyError, ValueError, TypeError) as wrong:
            return JSONResponse({"error": f"{type(wrong).__name__}: {wrong}"}, 400)

    return answer


async def _json(request: Request) -> Json:
    return json.loads(await request.body() or b"{}")


async def overview(world: World, request: Request) -> Response:
    """Who and what there is."""
    c, w = world.config, world.workspace
    return JSONResponse({
        "hub": c.hub, "public": c.public or c.hub, "url": c.url, "centre": c.line_name, "site": c.site,
        "bot": {"id": c.bot_user, "name": c.bot_name},
        "citizens": [{"id": p.id, "name": p.name, "title": p.title} for p in world.phones.all.values() if p.in_view],
        "staff": [asdict(p) for p in c.staff], "intake": c.intake, "commands": c.commands,
        "shortcuts": c.shortcuts, "now": int(world.now() * 1000), "ahead": world.ahead, "crowd": world.crowd,
        "rasa": bool(c.rasa),
        "channels": [{"id": ch.id, "name": ch.name, "members": ch.members} for ch in w.channels.values()],
        "faults": world.faults.listed(), "unknown": world.wire.unknown, "pushed": world.phones.pushed,
    })  # fmt: skip


async def settings(world: World, request: Request) -> Response:
    """Change addresses and timing while running."""
    given = await _json(request)
    if set(given) - SETTABLE:
        raise ValueError(f"can't set {sorted(set(given) - SETTABLE)}; there are {sorted(SETTABLE)}")
    for name, value in given.items():
        setattr(world.config, name, tuple(value) if isinstance(value, list) else value)
    if "hub" in given:
        world.phones.webhook = f"{given['hub']}/line/webhook"
    return JSONResponse({})


def _phone(world: World, request: Request) -> Any:
    found = world.phones.find(request.path_params["who"])
    if found is None:
        raise NotOnScreen(f"no citizen {request.path_params['who']}")
    return found


async def phone(world: World, request: Request) -> Response:
    """A citizen's screen."""
    return JSONResponse(drawn(world.phones, _phone(world, request), world.now()))


async def newcomer(world: World, request: Request) -> Response:
    """Add a citizen who has never talked to the centre, such as for a guided tour."""
    found = world.phones.newcomer()
    return JSONResponse({"id": found.id, "name": found.name})


async def citizen_acts(world: World, request: Request) -> Response:
    """A citizen does something."""
    name, who = request.path_params["act"], _phone(world, request)
    if who.blocked and name not in UNBLOCKED:
        raise NotOnScreen(f"{who.name} has blocked the centre: LINE sends nothing")
    return JSONResponse(await CITIZEN_ACTS[name](world, who, await _json(request)))


def _member(world: World, request: Request) -> str:
    found = world.workspace.member(request.path_params["who"])
    if found is None:
        raise NotOnScreen(f"no member {request.path_params['who']}")
    return found["id"]


async def staff(world: World, request: Request) -> Response:
    """What a member of staff sees."""
    return JSONResponse(screen(world, _member(world, request)))


async def staff_acts(world: World, request: Request) -> Response:
    """A member of staff does something."""
    done = await STAFF_ACTS[request.path_params["act"]](world, _member(world, request), await _json(request))
    return JSONResponse(asdict(done) if isinstance(done, Answer) else done)


async def content(world: World, request: Request) -> Response:
    """The bytes of what a citizen sent, for the page."""
    return _served(world.phones.contents.get(request.path_params["id"]))


def _served(found: tuple[bytes, str, str] | None) -> Response:
    """Bytes for a browser: pictures are shown, everything else is only downloaded."""
    if found is None:
        raise NotOnScreen("no such content")
    data, mime, _ = found
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    if mime not in SAFE_IMAGES:
        mime, headers["Content-Disposition"] = "application/octet-stream", "attachment"
    return Response(data, media_type=mime, headers=headers)


async def menu(world: World, request: Request) -> Response:
    """A rich menu's picture, for the page."""
    found = world.phones.menus.get(request.path_params["id"])
    return _served((found.image, found.mime, "") if found else None)


async def picture(world: World, request: Request) -> Response:
    """A picture that a message names, had from the hub, or from here, as LINE would have it; nobody else is asked."""
    c, asked = world.config, urlsplit(request.query_params["url"])
    if asked.netloc not in {urlsplit(own).netloc for own in (c.hub, c.public or c.hub, c.url)}:
        raise NotOnScreen(f"{asked.netloc} is somebody else")
    base = c.url if asked.netloc == urlsplit(c.url).netloc else c.hub
    return _served(await world.hub.get(base + asked.path + (f"?{asked.query}" if asked.query else "")))


async def slack_file(world: World, request: Request) -> Response:
    """A file in Slack, for the page."""
    found = world.workspace.files.get(request.path_params["id"])
    mime = "image/png" if found and found["bytes"].startswith(b"\x89PNG") else ""
    mime = "image/jpeg" if found and found["bytes"].startswith(b"\xff\xd8") else mime
    return _served((found["bytes"], mime, "") if found else None)


async def faults(world: World, request: Request) -> Response:
    """Ask for trouble, list what is coming, or calm down."""
    if request.method == "POST":
        world.faults.add(**await _json(request))
    if request.method == "DELETE":
        world.faults.clear()
    world.live.changed("faults")
    return JSONResponse(world.faults.listed())


async def wire(world: World, request: Request) -> Response:
    """The wire log after a number, or forget it."""
    if request.method == "DELETE":
        world.wire.entries.clear()
    after = int(request.query_params.get("after", 0))
    most = int(request.query_params.get("most", 10_000))
    return JSONResponse(
        [{k: v for k, v in e.items() if k != "raw"} for e in world.wire.entries if e["n"] > after][-most:]
    )


async def again(world: World, request: Request) -> Response:
    """The command that sends one request of the wire log again; tokens that are worth something stay out of it."""
    number, c = int(request.path_params["n"]), world.config
    entry = next((e for e in world.wire.entries if e["n"] == number), None)
    if entry is None or entry["raw"] is None:
        raise NotOnScreen(f"no request {number} in the log that a command could hold")
    if entry["direction"] == "out":
        return JSONResponse({"curl": curl(entry, c.url, _authority(c, entry["platform"]))})
    if entry["platform"] == "demo":
        return JSONResponse({"curl": curl(entry, c.hub, _authority(c, "line"))})
    old = entry["platform"] == "slack" and entry["kind"] != "raw"  # what was signed five minutes ago is refused
    return JSONResponse({"curl": curl(signing.signed_now(c.slack_secret, entry) if old else entry, c.hub)})


def _authority(config: Config, platform: str) -> str:
    """The header with a token, as a shell reads it: the token if it is made up, else the variable that holds it."""
    name, value = TOKENS[platform]
    shown = f"Authorization: Bearer {getattr(config, value)}"
    return shlex.quote(shown) if config.made_up else f'"Authorization: Bearer ${name}"'


TOKENS = {"line": ("LINE_CHANNEL_ACCESS_TOKEN", "line_token"), "slack": ("SLACK_BOT_TOKEN", "slack_token")}


async def records(world: World, request: Request) -> Response:
    """What was sent in both directions, a JSON record a line."""
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in world.wire.records())
    return Response("".join(lines), media_type="application/x-ndjson")


async def raw_line(world: World, request: Request) -> Response:
    """Send any webhook to the hub: {events} or {body}, with {signature} or {secret} to try what is refused."""
    given = await _json(request)
    return JSONResponse({"status": await webhooks.send(world, given.pop("events", []), **given)})


async def raw_slack(world: World, request: Request) -> Response:
    """Send any body to /slack/events: {body, content_type, signature?, timestamp?, headers?}."""
    given = await _json(request)
    body = given.pop("body").encode()
    kind = given.pop("content_type", "application/json")
    return JSONResponse(asdict(await signing.post(world, body, kind, kind="raw", **given)))


async def clock(world: World, request: Request) -> Response:
    """Move the whole world `seconds` ahead; the hub has the clock, and time never goes back. 0 takes its time over."""
    seconds = float((await _json(request))["seconds"])
    if not 0 <= seconds <= MOST_AHEAD:
        raise ValueError("time goes forward only, by a year at most")
    answer = await world.hub.demo(world.config, "clock", {"seconds": seconds})
    if answer.status != 200:
        raise ValueError(f"the hub keeps its own time (it answered {answer.status})")
    world.ahead = float(answer.data["ahead"])
    world.live.changed("clock")
    return JSONResponse({"ahead": world.ahead, "now": int(world.now() * 1000)})


async def come(world: World, request: Request) -> Response:
    """Send `citizens` new people through a hearing at once."""
    return JSONResponse(crowd.start(world, min(int((await _json(request)).get("citizens", 100)), 500)))


async def life(world: World, request: Request) -> Response:
    """Ask the hub to fill itself with a month of life."""
    answer = await world.hub.demo(world.config, "life", {})
    if answer.status != 200:
        raise ValueError(f"the hub did not fill itself (it answered {answer.status})")
    return JSONResponse(answer.data)


async def events(world: World, request: Request) -> Response:
    """Live hints for pages."""
    return StreamingResponse(world.live.stream(), media_type="text/event-stream",
                             headers={"Cache-Control": "no-store"})  # fmt: skip
