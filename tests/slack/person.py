"""People in Slack: what they press, type and submit, as Slack signs it and sends it to our endpoint."""

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests import pace
from tests.slack.fields import filled
from tests.stand_ins import signed

SECRET = "signing-secret"
CHANNEL = "C0INTAKE"
CHUNK = 1 << 16

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass
class Answer:
    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def post(app: Asgi, body: bytes, headers: dict[str, str]) -> Answer:
    """Send a request to the app as a server would, in chunks."""
    parts = [body[i : i + CHUNK] for i in range(0, len(body), CHUNK)] or [b""]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if parts:
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/slack/events", "raw_path": b"/slack/events", "query_string": b"", "root_path": "",
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    return Answer(sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:]))


@dataclass
class Person:
    """Somebody in the workspace who presses, types and submits."""

    app: Asgi
    slack_id: str
    _trigger: Any = field(default_factory=lambda: itertools.count(1))

    async def presses(self, action_id: str, value: str, **more: Any) -> Answer:
        return await self.sends(signed.press(self.slack_id, action_id, value, CHANNEL, self._triggers()) | more)

    async def submits(self, view: dict[str, Any], *, under: str = "", **values: Any) -> Answer:
        """Submit a modal with these values; a field that isn't named keeps what it starts with."""
        return await self.sends(self._interaction("view_submission") | {"view": filled(view, values, under)})

    async def types(self, command: str, text: str = "") -> Answer:
        form = signed.command(self.slack_id, command, text, self._triggers())
        return await signed_post(self.app, urlencode(form).encode())

    async def sends(self, payload: dict[str, Any], stamp: str | None = None) -> Answer:
        return await signed_post(self.app, urlencode({"payload": json.dumps(payload)}).encode(), stamp)

    def _interaction(self, kind: str) -> dict[str, Any]:
        return signed.interaction(kind, self.slack_id, self._triggers())

    def _triggers(self) -> str:
        return f"{self.slack_id}{next(self._trigger)}"


async def opens_home(person: Person, tab: str = "home") -> Answer:
    """The event Slack sends when somebody opens the app."""
    return await happens(
        person.app,
        {"type": "app_home_opened", "user": person.slack_id, "channel": "D1", "tab": tab, "event_ts": "1.1"},
    )


async def says_in_thread(person: Person, text: str, thread: str, **changed: Any) -> Answer:
    """The event Slack sends when somebody writes in a thread of the intake channel."""
    said = {"type": "message", "user": person.slack_id, "channel": CHANNEL, "channel_type": "channel", "text": text,
            "ts": "1700000001.000200", "event_ts": "1700000001.000200", "thread_ts": thread} | changed  # fmt: skip
    answer = await happens(person.app, {name: value for name, value in said.items() if value is not None})
    await listeners_end()
    return answer


async def happens(app: Asgi, inner: dict[str, Any]) -> Answer:
    """An event of Slack's, in its envelope."""
    envelope = {"token": "x", "team_id": "T1", "api_app_id": "A1", "type": "event_callback", "event": inner,
                "event_id": "Ev1", "event_time": int(time.time())}  # fmt: skip
    body, stamp = json.dumps(envelope).encode(), str(int(time.time()))
    return await post(app, body, signed.by_slack(body, stamp, SECRET, "application/json"))


async def signed_post(app: Asgi, body: bytes, stamp: str | None = None) -> Answer:
    """Send what Slack would have signed."""
    stamp = stamp or str(int(time.time()))
    answer = await post(app, body, signed.by_slack(body, stamp, SECRET))
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
