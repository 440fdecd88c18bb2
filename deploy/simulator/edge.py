"""The edge of both platforms: notes every call in the wire log and makes the trouble that was asked for."""

import asyncio
import json
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.simulator.faults import Fault
from deploy.simulator.line.api import PATHS
from deploy.simulator.state import World
from deploy.simulator.wire import raw, readable, shown

PLATFORMS = (*((start, "line") for start in PATHS), ("/api/", "slack"), ("/hooks/", "slack"))


class Edge:
    """Wraps the app; what isn't a platform's path passes untouched."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app, self._world = app, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        platform = next((p for start, p in PLATFORMS if scope.get("path", "").startswith(start)), "")
        if scope["type"] != "http" or not platform:
            await self._app(scope, receive, send)
            return
        began, body = time.perf_counter(), await _body(receive)
        fault = self._world.faults.take(platform, scope["path"])
        answer: list[Message] = []
        if fault is None or fault.accepted:
            answer = await self._answer(scope, body)
        if fault is not None:
            spoilt = await self._spoil(fault, send)
            if spoilt is None:
                self._note(platform, scope, body, began, 0, f"{fault.kind} (simulated)")
                return
            answer = spoilt
        status, said = _read(answer)
        self._note(platform, scope, body, began, status, said, answer[0]["headers"])
        for message in answer:
            await send(message)

    async def _answer(self, scope: Scope, body: bytes) -> list[Message]:
        answer: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, keep)
        return answer

    async def _spoil(self, fault: Fault, send: Send) -> list[Message] | None:
        """The answer that trouble makes of it; None when the connection was cut."""
        if fault.kind == "error":
            return _error(fault)
        if fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        connection: Any = getattr(send, "__self__", None)
        if hasattr(connection, "transport"):
            connection.transport.abort()
        return None

    def _note(
        self, platform: str, scope: Scope, body: bytes, began: float, status: int, said: Any, headers: Any = ()
    ) -> None:
        asked = {k.decode(): v.decode("latin-1") for k, v in scope["headers"]}
        query = scope.get("query_string", b"").decode()
        sent = readable(body, asked.get("content-type", ""))
        if isinstance(sent, dict):
            sent = {k: _decoded(v) for k, v in sent.items() if k != "token"}
        self._world.wire.add(
            at=time.time(), platform=platform, direction="out", method=scope["method"],
            path=scope["path"] + (f"?{query}" if query else ""), headers=shown(asked), raw=raw(body), body=sent,
            status=status,
            answer=said, answer_headers=shown({k.decode(): v.decode("latin-1") for k, v in headers}),
            ms=round((time.perf_counter() - began) * 1000, 1), judged=scope["method"] != "GET",
        )  # fmt: skip


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _read(answer: list[Message]) -> tuple[int, Any]:
    kind = dict(answer[0]["headers"]).get(b"content-type", b"").decode()
    return answer[0]["status"], readable(b"".join(m.get("body", b"") for m in answer[1:]), kind)


def _decoded(value: Any) -> Any:
    """JSON inside of a form's field."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _error(fault: Fault) -> list[Message]:
    headers = [(b"content-type", b"application/json")]
    limited = fault.status == 429
    if fault.platform == "slack":
        body = {"ok": False, "error": fault.message or ("ratelimited" if limited else "internal_error")}
        headers += [(b"retry-after", str(fault.retry_after).encode())] if limited else []
    else:  # LINE's 429 tells no time
        said = "The API rate limit has been exceeded. Try again later." if limited else "Internal server error"
        body = {"message": fault.message or said}
    content = json.dumps(body).encode()
    headers.append((b"content-length", str(len(content)).encode()))
    return [{"type": "http.response.start", "status": fault.status, "headers": headers},
            {"type": "http.response.body", "body": content}]  # fmt: skip
