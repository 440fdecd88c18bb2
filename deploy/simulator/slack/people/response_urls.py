"""response_url: an app answers later, up to five times in thirty minutes."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from deploy.simulator.slack import messages
from deploy.simulator.slack.messages import SlackError
from deploy.simulator.slack.people import interactions
from deploy.simulator.slack.workspace import Channel, ResponseUrl
from deploy.simulator.state import World

Json = dict[str, Any]


def routes(world: World) -> list[Route]:
    """The addresses that were given out."""

    async def answer(request: Request) -> Response:
        return await _take(world, request)

    return [Route("/hooks/{kind}/{id}", answer, methods=["POST"])]


async def _take(world: World, request: Request) -> Response:
    url = world.workspace.response_urls.get(request.path_params["id"])
    if url is None or world.now() - url.at > world.config.response_url_seconds:
        return JSONResponse({"ok": False, "error": "expired_url"}, 404)
    if url.uses >= world.config.response_url_uses:
        return JSONResponse({"ok": False, "error": "used_url"}, 404)
    try:
        said = json.loads(await request.body())
        channel = world.workspace.channels[url.channel]
        if not isinstance(said, dict) or _apply(world, url, channel, said) is False:
            return PlainTextResponse("invalid_payload", 400)
    except ValueError:
        return PlainTextResponse("invalid_payload", 400)
    except SlackError as no:
        return JSONResponse({"ok": False, "error": no.error, "response_metadata": {"messages": no.messages}}, 400)
    url.uses += 1
    return PlainTextResponse("ok")


def _apply(world: World, url: ResponseUrl, channel: Channel, said: Json) -> None:
    if said.get("delete_original"):
        _delete(world, url, channel)
    elif said.get("replace_original") and url.message:
        _replace(world, url, channel, messages.checked(said))
    else:
        messages.checked(said)
        interactions.respond(world, channel, url.user, said)


def _whispered(channel: Channel, ts: str) -> Json | None:
    return next((m for m in channel.ephemerals if m["ts"] == ts), None)


def _delete(world: World, url: ResponseUrl, channel: Channel) -> None:
    if url.ephemeral:
        channel.ephemerals[:] = [m for m in channel.ephemerals if m["ts"] != url.message]
        world.live.changed("slack", channel.id)
    elif url.message in channel.messages:
        messages.remove(world, channel, channel.messages[url.message])


def _replace(world: World, url: ResponseUrl, channel: Channel, what: Json) -> None:
    if not url.ephemeral:
        if url.message in channel.messages:
            messages.change(world, channel, channel.messages[url.message], what)
        return
    old = _whispered(channel, url.message)
    if old is None:
        messages.whisper(world, channel, url.user, what)
        return
    for key in ("text", "blocks", "attachments"):
        old.pop(key, None)
    old.update(what)
    world.live.changed("slack", channel.id)
