"""Slack's Web API: one function per method, a dispatcher that reads arguments however they come."""

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.simulator.slack.messages import SlackError, TooFast
from deploy.simulator.slack.methods import auth, chat, conversations, files, scopes, users, views
from deploy.simulator.state import World

Json = dict[str, Any]
Method = Callable[[World, Json], Json]
METHODS: dict[str, Method] = {
    **chat.METHODS,
    **conversations.METHODS,
    **auth.METHODS,
    **views.METHODS,
    **files.METHODS,
    **users.METHODS,
}


def routes(world: World) -> list[Route]:
    """Every Web API method, and the addresses where files are uploaded and had."""

    async def call(request: Request) -> Response:
        return await _answer(world, request)

    async def upload(request: Request) -> Response:
        return await files.upload(world, request)

    async def download(request: Request) -> Response:
        return await files.download(world, request)

    return [
        Route("/api/{method:path}", call, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
        Route("/upload/{file}", upload, methods=["POST", "PUT"]),
        Route("/files-pri/{place}/{name:path}", download),
    ]


async def _answer(world: World, request: Request) -> Response:
    name, headers, status = request.path_params["method"], {"x-oauth-scopes": ",".join(world.config.scopes)}, 200
    try:
        args = await arguments(request)
        if name not in METHODS:
            world.wire.not_known(name)
            raise SlackError("unknown_method", req_method=name)
        _authorise(world, request, name, args)
        body = {"ok": True, **METHODS[name](world, args)}
    except SlackError as no:
        body = {"ok": False, "error": no.error, **no.more}
        if no.messages:
            body |= {"errors": no.messages, "response_metadata": {"messages": no.messages}}
        if isinstance(no, TooFast):
            status, headers["retry-after"] = 429, str(no.seconds)
    return JSONResponse(body, status, headers)


async def arguments(request: Request) -> Json:
    """The arguments of a call, from query, form or JSON; JSON inside of a form is decoded."""
    args: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if "json" in kind:
        try:
            sent = json.loads(await request.body() or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(sent, dict):
            raise SlackError("json_not_object")
        args |= sent
    elif request.method == "POST":
        async with request.form() as form:
            args |= {key: value for key, value in form.items() if isinstance(value, str)}
    return {key: _decoded(key, value) for key, value in args.items() if value is not None}


def _decoded(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if key in ("blocks", "attachments", "view", "metadata", "files"):
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(f"invalid_{key}" if key != "view" else "invalid_arguments") from None
    return {"true": True, "false": False, "True": True, "False": False}.get(value, value)


def _authorise(world: World, request: Request, name: str, args: Json) -> None:
    header = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    token = args.pop("token", "") or header
    if not token:
        raise SlackError("not_authed")
    if token != world.config.slack_token:
        raise SlackError("invalid_auth")
    granted = world.config.scopes
    if needed := scopes.missing(name, granted):
        raise SlackError("missing_scope", needed=needed, provided=",".join(granted))
