"""A small stand-in for Slack's Web API on loopback, and a signed way into our endpoint."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from tests import pace

SECRET = "signing-secret"
CHANNEL = "C0INTAKE"


@dataclass
class Call:
    method: str
    body: dict[str, Any]


@dataclass
class StandIn:
    """Keeps messages like Slack, records every call, and fails as told."""

    calls: list[Call] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)  # of files that people uploaded
    asked_as: list[str] = field(default_factory=list)  # with which authority they were asked for
    # What the next calls of a method meet: "500" (refused), "500 after" (accepted, answer lost), an error's name
    troubles: dict[str, list[str]] = field(default_factory=dict)
    url: str = ""
    _ts: Any = field(default_factory=lambda: itertools.count(1))

    def of(self, method: str) -> list[dict[str, Any]]:
        """Return what was sent to a method."""
        return [call.body for call in self.calls if call.method == method]

    async def handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        body = await _arguments(request)
        self.calls.append(Call(method, body))
        trouble = self.troubles.get(method, [])
        met = trouble.pop(0) if trouble else ""
        if met == "429":
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "7"})
        if met == "500":
            return web.Response(status=500, text="oops")
        if met and met != "500 after":
            return web.json_response({"ok": False, "error": met})
        answer = getattr(self, method.replace(".", "_"), lambda body: {})(body)
        return web.Response(status=500, text="oops") if met else web.json_response({"ok": True} | answer)

    def auth_test(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1", "user": "tsunagi", "team": "centre"}

    def chat_postMessage(self, body: dict[str, Any]) -> dict[str, Any]:
        ts = f"{time.time():.0f}.{next(self._ts):06}"
        self.messages.append(body | {"ts": ts})
        return {"channel": body["channel"], "ts": ts}

    def conversations_history(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._found([m for m in self.messages if not m.get("thread_ts")], body)

    def conversations_replies(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._found([m for m in self.messages if m.get("thread_ts") == body["ts"]], body)

    def conversations_members(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"members": self.members}

    def views_open(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"view": body["view"] | {"id": "V1"}}

    def files_getUploadURLExternal(self, body: dict[str, Any]) -> dict[str, Any]:
        id = f"F{next(self._ts)}"
        self.files[id] = {"id": id, "name": body["filename"]}
        return {"upload_url": self.url.replace("/api/", f"/upload/{id}"), "file_id": id}

    async def upload(self, request: web.Request) -> web.Response:
        return web.Response(text=f"OK - {len(await request.read())}")

    def chooses(self, id: str, name: str, mimetype: str, content: bytes, **more: Any) -> dict[str, Any]:
        """Somebody puts a file into a modal's field; returns it as Slack tells of it."""
        place = self.url.replace("/api/", f"/files-pri/{id}")
        told = {"id": id, "name": name, "mimetype": mimetype, "size": len(content), "mode": "hosted"}
        self.files[id], self.contents[id] = told | {"url_private_download": place} | more, content
        return self.files[id]

    def files_info(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"file": self.files[body["file"]]}

    async def download(self, request: web.Request) -> web.Response:
        id = request.match_info["id"]
        self.asked_as.append(request.headers.get("Authorization", ""))
        trouble = self.troubles.get("download", [])
        if met := trouble.pop(0) if trouble else "":
            headers = {"Location": "/signin"} if met == "302" else {}
            return web.Response(status=int(met), headers=headers, text="x")
        return web.Response(body=self.contents[id], content_type=self.files[id]["mimetype"])

    def files_completeUploadExternal(self, body: dict[str, Any]) -> dict[str, Any]:
        shown = [self.files[file["id"]] for file in body["files"]]
        ts = f"{time.time():.0f}.{next(self._ts):06}"
        self.messages.append(
            {"ts": ts, "channel": body["channel_id"], "thread_ts": body.get("thread_ts"), "files": shown}
        )
        return {"files": shown}

    def files_delete(self, body: dict[str, Any]) -> dict[str, Any]:
        del self.files[body["file"]]
        return {}

    def _found(self, messages: list[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
        return {"messages": [m for m in messages if float(m["ts"]) >= float(body.get("oldest", 0))]}


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.method == "GET":
        return dict(request.query)
    if request.content_type == "application/json":
        body: dict[str, Any] = await request.json()
        return body
    form = {key: str(value) for key, value in [*request.query.items(), *(await request.post()).items()]}
    return {key: json.loads(v) if v[:1] in "[{" else v for key, v in form.items()}


def signature(body: bytes, stamp: str, secret: str = SECRET) -> str:
    """Sign as Slack does."""
    made = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={made.hexdigest()}"


Asgi = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass
class Answer:
    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def post(app: Asgi, body: bytes, headers: dict[str, str], chunk: int = 1 << 16) -> Answer:
    """Send a request to the app as a server would, in chunks."""
    parts = [body[i : i + chunk] for i in range(0, len(body), chunk)] or [b""]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if parts:
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/slack/events",
        "raw_path": b"/slack/events",
        "query_string": b"",
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return Answer(sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:]))


@dataclass
class Person:
    """Somebody in the workspace who presses, types and submits."""

    app: Asgi
    slack_id: str
    _trigger: Any = field(default_factory=lambda: itertools.count(1))

    async def presses(self, action_id: str, value: str, **more: Any) -> Answer:
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1"}
        place = {"channel": {"id": CHANNEL, "name": "intake"}, "container": {"type": "message", "channel_id": CHANNEL}}
        return await self.sends(self._interaction("block_actions") | place | {"actions": [action]} | more)

    async def submits(self, view: dict[str, Any], **values: str) -> Answer:
        """Submit a modal that was opened, its fields filled in; as in Slack, what is shown anew has a new hash."""
        typed = {key: _typed(key, value, view) for key, value in values.items()}
        shown = {"id": "V1", "hash": hashlib.sha256(json.dumps(view).encode()).hexdigest()} | view
        shown |= {"state": {"values": typed}}
        return await self.sends(self._interaction("view_submission") | {"view": shown})

    async def types(self, command: str, text: str = "") -> Answer:
        form = {
            "command": command,
            "text": text,
            "user_id": self.slack_id,
            "team_id": "T1",
            "channel_id": "C9",
            "api_app_id": "A1",
            "trigger_id": f"t{next(self._trigger)}",
            "response_url": "https://hooks.slack.com/x",
            "is_enterprise_install": "false",
        }
        return await signed_post(self.app, urlencode(form).encode())

    async def sends(self, payload: dict[str, Any], stamp: str | None = None) -> Answer:
        return await signed_post(self.app, urlencode({"payload": json.dumps(payload)}).encode(), stamp)

    def _interaction(self, kind: str) -> dict[str, Any]:
        return {
            "type": kind,
            "team": {"id": "T1", "domain": "centre"},
            "api_app_id": "A1",
            "token": "x",
            "user": {"id": self.slack_id, "team_id": "T1"},
            "trigger_id": f"{self.slack_id}{next(self._trigger)}",
        }


def _typed(key: str, value: str, view: dict[str, Any]) -> dict[str, Any]:
    """The state Slack sends of one field: by what kind of element it is."""
    block = next(b for b in view["blocks"] if b.get("block_id") == key)
    kind = block["element"]["type"]
    said = {
        "users_select": {"selected_user": value},
        "static_select": {"selected_option": {"value": value}},
    }.get(kind, {"value": value})
    return {block["element"]["action_id"]: {"type": kind} | said}


async def opens_home(person: Person, tab: str = "home") -> Answer:
    """The event Slack sends when somebody opens the app."""
    inner = {"type": "app_home_opened", "user": person.slack_id, "channel": "D1", "tab": tab, "event_ts": "1.1"}
    envelope = {"token": "x", "team_id": "T1", "api_app_id": "A1", "type": "event_callback", "event": inner,
                "event_id": "Ev1", "event_time": int(time.time())}  # fmt: skip
    body, stamp = json.dumps(envelope).encode(), str(int(time.time()))
    headers = {"content-type": "application/json", "x-slack-request-timestamp": stamp,
               "x-slack-signature": signature(body, stamp, SECRET)}  # fmt: skip
    return await post(person.app, body, headers)


async def signed_post(app: Asgi, body: bytes, stamp: str | None = None) -> Answer:
    """Send what Slack would have signed."""
    stamp = stamp or str(int(time.time()))
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature(body, stamp),
    }
    answer = await post(app, body, headers)
    await listeners_end()
    return answer


async def listeners_end() -> None:
    """Wait for what listeners still do after their ack, such as opening a modal."""
    running = [
        task
        for task in asyncio.all_tasks()
        if "run_ack_function_asynchronously" in getattr(task.get_coro(), "__qualname__", "")
    ]
    if running:
        await asyncio.wait(running, timeout=pace.within(5))
