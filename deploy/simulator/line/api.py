"""The Messaging API as the hub calls it: sending, content, quota."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.simulator.line import checks, webhooks
from deploy.simulator.line.ids import message_id, token
from deploy.simulator.line.phones import Phone, show
from deploy.simulator.line.rich_menu import routes as menu_routes
from deploy.simulator.state import World

Json = dict[str, Any]
Handler = Callable[[World, Request], Awaitable[Response]]
PATHS = ("/v2/", "/v3/", "/oauth2/", "/liff/")  # where LINE has endpoints
VERBS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
KEPT = 24 * 3600  # a retry key's life in seconds
PUSHED = ("to", "messages", "notificationDisabled", "customAggregationUnits")
INVALID = "The property, '{}', in the request body is invalid (line: -, column: -)"
QUOTED = ("text", "textV2", "sticker", "image", "video", "template", "flex")
BAD_TOKEN = (
    "Authentication failed due to the following reason: invalid token. "  # noqa: S105
    "Confirm that the access token in the authorization header is valid."
)


class Refused(Exception):
    """LINE says no: a status and an error body."""

    def __init__(self, status: int, body: Json | str) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body if isinstance(body, dict) else {"message": body}


def routes(world: World) -> list[Route]:
    """Every endpoint of the Messaging API that exists here."""
    table: list[tuple[str, str, Handler]] = [
        ("POST", "/v2/bot/message/reply", reply), ("POST", "/v2/bot/message/push", push),
        ("GET", "/v2/bot/message/{id}/content", content),
        ("GET", "/v2/bot/message/quota", quota), ("GET", "/v2/bot/message/quota/consumption", consumption),
        ("POST", "/v2/bot/chat/loading/start", loading), ("GET", "/v2/bot/info", info),
        ("POST", "/v2/bot/channel/webhook/test", endpoint_test), *menu_routes(),
    ]  # fmt: skip
    found = [Route(path, _guarded(world, handler), methods=[verb]) for verb, path, handler in table]
    return [*found, *(Route(f"{start}{{rest:path}}", _guarded(world, unknown), methods=VERBS) for start in PATHS)]


def _guarded(world: World, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            if request.headers.get("authorization") != f"Bearer {world.config.line_token}":
                raise Refused(401, BAD_TOKEN)
            response = await handler(world, request)
        except Refused as no:
            response = JSONResponse(no.body, no.status)
        response.headers.setdefault("x-line-request-id", str(uuid4()))
        return response

    return answer


async def read(request: Request, *known: str) -> Json:
    """The JSON object that was sent, with no properties but the known ones, or LINE's 400."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Refused(400, "The request body could not be parsed as JSON (line: 1, column: 1)") from None
    if not isinstance(body, dict):
        raise Refused(400, "The request body must be a JSON object")
    for odd in body:
        if odd not in known:
            raise Refused(400, INVALID.format(odd))
    return body


def _checked(body: Json) -> list[Json]:
    if found := [*checks.sending(body), *checks.messages(body.get("messages"))]:
        raise Refused(400, checks.complaint(found))
    return body["messages"]


async def reply(world: World, request: Request) -> Response:
    """Answer with a reply token: once, within its minute."""
    body = await read(request, "replyToken", "messages", "notificationDisabled")
    if "x-line-retry-key" in request.headers:
        raise Refused(400, "The retry key is not supported by this endpoint")
    messages = _checked(body)
    token = world.phones.reply_tokens.get(str(body.get("replyToken")))
    if token is None or token.used or world.now() - token.at > world.config.reply_token_seconds:
        raise Refused(400, "Invalid reply token")
    token.used = True
    return JSONResponse({"sentMessages": _shown(world, world.phones.all[token.citizen], messages)})


async def push(world: World, request: Request) -> Response:
    """Send to one citizen at any time; the same retry key sends once."""
    body = await read(request, *PUSHED)
    key = _retry_key(world, request)
    if isinstance(key, Response):
        return key
    messages = _checked(body)
    phone = world.phones.all.get(str(body.get("to")))
    if phone is None:
        raise Refused(400, INVALID.format("to"))
    _count(world)
    return _accepted(world, key, _shown(world, phone, messages))


def _retry_key(world: World, request: Request) -> str | Response:
    """The retry key ("" without one), or the 409 for a key that was accepted within 24 hours."""
    key = request.headers.get("x-line-retry-key", "")
    if key:
        try:
            key = str(UUID(key))
        except ValueError:
            raise Refused(400, "The retry key is invalid") from None
    before = world.phones.retry_keys.get(key)
    if key and before and world.now() - before[2] < KEPT:
        body = {"message": "The retry key is already accepted", "sentMessages": before[1]}
        return JSONResponse(body, 409, headers={"x-line-accepted-request-id": before[0]})
    return key


def _accepted(world: World, key: str, sent: list[Json]) -> Response:
    request_id = str(uuid4())
    if key:
        world.phones.retry_keys[key] = (request_id, sent, world.now())
    return JSONResponse({"sentMessages": sent}, headers={"x-line-request-id": request_id})


def _count(world: World) -> None:
    if world.phones.pushed >= world.config.line_quota:
        raise Refused(429, "You have reached your monthly limit.")
    world.phones.pushed += 1


def _shown(world: World, phone: Phone, messages: list[Json]) -> list[Json]:
    """Put messages on a screen, unless it is blocked: LINE says 200 all the same."""
    sent = []
    for message in messages:
        id = message_id()
        if not phone.blocked:
            show(phone, message, mine=False, at=world.now(), id=id)
        sent.append({"id": id} | ({"quoteToken": token(48)} if message["type"] in QUOTED else {}))
    world.live.changed("line", phone.id)
    return sent


async def content(world: World, request: Request) -> Response:
    """The bytes of what a citizen sent."""
    found = world.phones.contents.get(request.path_params["id"])
    if found is None:
        raise Refused(404, "Not found")
    return Response(found[0], media_type=found[1])


async def quota(world: World, request: Request) -> Response:
    """The month's limit."""
    return JSONResponse({"type": "limited", "value": world.config.line_quota})


async def consumption(world: World, request: Request) -> Response:
    """What was pushed this month."""
    return JSONResponse({"totalUsage": world.phones.pushed})


async def loading(world: World, request: Request) -> Response:
    """Show the loading animation: 5 to 60 seconds, in steps of 5."""
    body = await read(request, "chatId", "loadingSeconds")
    seconds = body.get("loadingSeconds", 20)
    if not isinstance(seconds, int) or not 5 <= seconds <= 60 or seconds % 5:
        raise Refused(400, checks.complaint([("loadingSeconds", "Must be a multiple of 5 between 5 and 60")]))
    phone = world.phones.all.get(str(body.get("chatId")))
    if phone is None:
        raise Refused(400, checks.complaint([("chatId", "Invalid chat ID")]))
    if not phone.blocked:
        phone.typing_until = world.now() + seconds
        world.live.changed("line", phone.id)
    return JSONResponse({}, 202)


async def info(world: World, request: Request) -> Response:
    """Who the bot is."""
    return JSONResponse({"userId": world.config.line_bot, "basicId": "@tsunagi", "displayName": world.config.line_name,
                         "chatMode": "bot", "markAsReadMode": "auto"})  # fmt: skip


async def endpoint_test(world: World, request: Request) -> Response:
    """Send a webhook without events and say how it went."""
    status = await webhooks.send(world, [])
    return JSONResponse({
        "success": status == 200, "timestamp": _iso(world.now()), "statusCode": max(status, 0),
        "reason": "OK" if status == 200 else "COULD_NOT_CONNECT" if status == 0 else "ERROR_STATUS_CODE",
        "detail": str(status),
    })  # fmt: skip


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def unknown(world: World, request: Request) -> Response:
    """An endpoint that LINE, or at least this simulator, doesn't have."""
    world.wire.not_known(f"{request.method} {request.url.path}")
    raise Refused(404, "Not found")
