"""Slack's Web API as the hub sees it: it keeps what is posted, lets it be looked for, and fails as told."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import web

from tests.stand_ins.edge import answered

PAGE = 200  # messages of one answer
Json = dict[str, Any]


@dataclass
class Call:
    """What was sent to a method."""

    method: str
    body: Json


class Slack:
    """A workspace: its messages, members and files, and every call of it."""

    def __init__(self, members: Iterable[str] = (), *, wait: float = 7) -> None:
        self.calls: list[Call] = []
        self.messages: list[Json] = []
        self.members = list(members)
        self.files: dict[str, Json] = {}
        self.contents: dict[str, bytes] = {}  # of files that people uploaded
        self.named: dict[str, str] = {}  # people and channels by their ids
        self.asked_as: list[str] = []  # with which authority they were asked for
        self.troubles: dict[str, list[str]] = {}  # what the next calls of a method meet: a kind of `answered`
        self.url = ""
        self._wait, self._n = wait, count(1)

    def routes(self, under: str = "") -> list[web.RouteDef]:
        """Every method of the Web API, and the two ways of a file."""
        return [
            web.route("*", under + "/api/{method}", self._called),
            web.post(under + "/upload/{id}", self._uploaded),
            web.get(under + "/files-pri/{id}", self._downloaded),
        ]

    def of(self, method: str) -> list[Json]:
        """Return what was sent to a method."""
        return [call.body for call in self.calls if call.method == method]

    def meets(self, method: str) -> str:
        """Return what the next call of a method meets; nothing, when all goes well."""
        coming = self.troubles.get(method)
        return coming.pop(0) if coming else ""

    def takes_note(self, hub: str, call: Call, kind: str) -> None:
        """Keep a call, whatever becomes of it."""
        self.calls.append(call)

    def chooses(self, id: str, name: str, mimetype: str, content: bytes, **more: Any) -> Json:
        """Somebody puts a file into a modal's field; returns it as Slack tells of it."""
        place = self.url.replace("/api/", f"/files-pri/{id}")
        told = {"id": id, "name": name, "mimetype": mimetype, "size": len(content), "mode": "hosted"}
        self.files[id], self.contents[id] = told | {"url_private_download": place} | more, content
        return self.files[id]

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method, body = request.match_info["method"], await _arguments(request)
        kind = self.meets(method)
        self.takes_note(request.match_info.get("hub", ""), Call(method, body), kind)

        async def land() -> Json:
            return {"ok": True, **getattr(self, method.replace(".", "_"), lambda _body: {})(body)}

        failure = {"ok": False, "error": "ratelimited" if kind == "429" else "internal_error"}
        return await answered(request, kind, land, failure, self._wait)

    def auth_test(self, _body: Json) -> Json:
        return {"user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1", "user": "tsunagi", "team": "centre"}

    def chat_postMessage(self, body: Json) -> Json:
        return {"channel": body["channel"], "ts": self._shows(body)}

    def chat_update(self, body: Json) -> Json:
        for message in self.messages:
            if message["ts"] == body["ts"]:
                message.update(body)
        return {"channel": body["channel"], "ts": body["ts"]}

    def conversations_history(self, body: Json) -> Json:
        return _since(body, [m for m in self.messages if not m.get("thread_ts")])

    def conversations_replies(self, body: Json) -> Json:
        return _since(body, [m for m in self.messages if m.get("thread_ts") == body["ts"]])

    def conversations_members(self, _body: Json) -> Json:
        return {"members": self.members}

    def conversations_info(self, body: Json) -> Json:
        return {"channel": {"id": body["channel"], "name": self.named[body["channel"]]}}

    def users_info(self, body: Json) -> Json:
        return {"user": {"id": body["user"], "real_name": self.named[body["user"]], "profile": {"display_name": ""}}}

    def views_open(self, body: Json) -> Json:
        return {"view": body["view"] | {"id": "V1"}}

    def files_info(self, body: Json) -> Json:
        return {"file": self.files[body["file"]]}

    def files_getUploadURLExternal(self, body: Json) -> Json:
        id = f"F{next(self._n)}"
        self.files[id] = {"id": id, "name": body["filename"]}
        return {"upload_url": self.url.replace("/api/", f"/upload/{id}"), "file_id": id}

    def files_completeUploadExternal(self, body: Json) -> Json:
        shown = [self.files[file["id"]] for file in body["files"]]
        self._shows({"channel": body["channel_id"], "thread_ts": body.get("thread_ts"), "files": shown})
        return {"files": shown}

    def files_delete(self, body: Json) -> Json:
        del self.files[body["file"]]
        return {}

    def _shows(self, message: Json) -> str:
        ts = f"{time.time():.0f}.{next(self._n):06}"
        self.messages.append(message | {"ts": ts})
        return ts

    async def _uploaded(self, request: web.Request) -> web.Response:
        return web.Response(text=f"OK - {len(await request.read())}")

    async def _downloaded(self, request: web.Request) -> web.Response:
        id = request.match_info["id"]
        self.asked_as.append(request.headers.get("Authorization", ""))
        if met := self.meets("download"):
            return web.Response(status=int(met), headers={"Location": "/signin"} if met == "302" else {}, text="x")
        return web.Response(body=self.contents[id], content_type=self.files[id]["mimetype"])


def _since(body: Json, messages: list[Json]) -> Json:
    """One page of these messages, the newest first."""
    newest = [m for m in reversed(messages) if float(m["ts"]) >= float(body.get("oldest", 0))]
    start = int(body.get("cursor") or 0)
    more = str(start + PAGE) if len(newest) > start + PAGE else ""
    return {"messages": newest[start : start + PAGE], "response_metadata": {"next_cursor": more}}


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        body: Json = await request.json()
        return body
    form = {key: str(value) for key, value in [*request.query.items(), *(await request.post()).items()]}
    return {key: json.loads(v) if v[:1] in "[{" else v for key, v in form.items()}
