"""files.*: an upload in three steps, as Slack's own SDK does it."""

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from deploy.simulator.slack import messages
from deploy.simulator.slack.chat import channel_of
from deploy.simulator.slack.messages import SlackError
from deploy.simulator.state import World

Json = dict[str, Any]


def upload_url(world: World, args: Json) -> Json:
    """files.getUploadURLExternal"""
    if not args.get("filename") or not args.get("length"):
        raise SlackError("invalid_arguments")
    id = "F" + secrets.token_hex(5).upper()
    world.workspace.files[id] = {"id": id, "name": args["filename"], "size": int(args["length"]), "bytes": b""}
    return {"upload_url": f"{world.config.url}/upload/{id}", "file_id": id}


async def upload(world: World, request: Request) -> Response:
    """Take a file's bytes, raw or as a form."""
    file = world.workspace.files.get(request.path_params["file"])
    if file is None:
        return PlainTextResponse("not found", 404)
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form() as form:
            part = next((v for v in form.values() if not isinstance(v, str)), None)
            file["bytes"] = await part.read() if part else b""
    else:
        file["bytes"] = await request.body()
    return PlainTextResponse(f"OK - {len(file['bytes'])}")


def complete(world: World, args: Json) -> Json:
    """files.completeUploadExternal: shares the files in a channel or thread."""
    found = [world.workspace.files.get(str(f.get("id"))) for f in args.get("files") or []]
    if not found or None in found:
        raise SlackError("file_not_found")
    shown = [described(world, f) for f in found if f]
    if args.get("channel_id"):
        channel = channel_of(world, {"channel": args["channel_id"]})
        what = {"text": args.get("initial_comment", ""), "files": shown}
        what |= {"thread_ts": args["thread_ts"]} if args.get("thread_ts") else {}
        messages.post(world, channel, messages.from_app(world), what)
    return {"files": shown}


def described(world: World, file: Json) -> Json:
    """A file as it hangs on a message."""
    return {"id": file["id"], "name": file["name"], "title": file["name"], "size": file["size"],
            "url_private": f"{world.config.url}/sim/slack/files/{file['id']}"}  # fmt: skip


def delete(world: World, args: Json) -> Json:
    """files.delete: the file goes, and so do the messages that only showed it."""
    id = str(args.get("file"))
    if world.workspace.files.pop(id, None) is None:
        raise SlackError("file_not_found")
    for channel in world.workspace.channels.values():
        for ts, message in list(channel.messages.items()):
            if [file["id"] for file in message.get("files", [])] == [id]:
                del channel.messages[ts]
        world.live.changed("slack", channel.id)
    return {}


METHODS = {"files.delete": delete, "files.getUploadURLExternal": upload_url, "files.completeUploadExternal": complete}
