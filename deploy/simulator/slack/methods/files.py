"""files.*: an upload in three steps, as Slack's own SDK does it."""

import mimetypes
import secrets
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from deploy.simulator.slack import messages
from deploy.simulator.slack.messages import SlackError
from deploy.simulator.slack.methods.chat import channel_of
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
        what = {"subtype": "file_share", "text": args.get("initial_comment", ""), "files": shown}
        what |= {"thread_ts": args["thread_ts"]} if args.get("thread_ts") else {}
        messages.post(world, channel, messages.from_app(world), what)
    return {"files": shown}


def described(world: World, file: Json) -> Json:
    """A file as it hangs on a message."""
    place = f"{world.config.url}/files-pri/{world.config.team}-{file['id']}"
    mime = file.get("mime") or mimetypes.guess_type(file["name"])[0] or "application/octet-stream"
    return {"id": file["id"], "name": file["name"], "title": file["name"], "size": file["size"], "mimetype": mime,
            "filetype": PurePath(file["name"]).suffix[1:].lower(), "user": file.get("user", world.config.bot_user),
            "mode": "hosted", "is_external": False, "url_private": f"{place}/{quote(file['name'])}",
            "url_private_download": f"{place}/download/{quote(file['name'])}"}  # fmt: skip


def keep(world: World, user: str, name: str, content: bytes, mime: str = "") -> Json:
    """Keep what a member of staff puts into a modal's field, and describe it."""
    id = "F" + secrets.token_hex(5).upper()
    world.workspace.files[id] = {"id": id, "name": name, "size": len(content), "bytes": content, "mime": mime,
                                 "user": user}  # fmt: skip
    return described(world, world.workspace.files[id])


def info(world: World, args: Json) -> Json:
    """files.info"""
    file = world.workspace.files.get(str(args.get("file")))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": described(world, file), "comments": []}


async def download(world: World, request: Request) -> Response:
    """Hand out a file's bytes to the app; whoever has no token is led to the page for signing in."""
    if request.headers.get("authorization") != f"Bearer {world.config.slack_token}":
        return RedirectResponse(f"{world.config.url}/signin", 302)
    file = world.workspace.files.get(request.path_params["place"].rpartition("-")[2])
    if file is None:
        return PlainTextResponse("not found", 404)
    return Response(file["bytes"], media_type=described(world, file)["mimetype"])


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


METHODS = {
    "files.delete": delete,
    "files.info": info,
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete,
}
