"""POST /line/webhook: signature over the raw bytes, every event on disk, then 200."""

import hashlib
import hmac
import json
import logging
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.delivery.accept import Acceptor, Arrival
from bot.errors import Busy

log = logging.getLogger(__name__)
LARGEST = 1024 * 1024  # bytes


class Webhook:
    """LINE's door."""

    def __init__(self, acceptor: Acceptor, secret: str, wake: Callable[[], None]) -> None:
        self._acceptor, self._secret, self._wake = acceptor, secret.encode(), wake

    async def __call__(self, request: Request) -> Response:
        """Answer 200 when every event is on disk; 401, 413 and 503 say that nothing was kept."""
        try:
            raw = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if raw is None:
            return JSONResponse({"error": "the body is larger than 1 MB"}, 413)
        if not self._signed(raw, request.headers.get("x-line-signature")):
            log.warning("a LINE webhook with a wrong signature was refused")
            return JSONResponse({"error": "bad signature"}, 401)
        try:
            await self._acceptor.accept(list(arrivals(raw)))
        except Busy:
            return JSONResponse({"error": "busy, send it again"}, 503, headers={"Retry-After": "1"})
        self._wake()
        return JSONResponse({})

    def _signed(self, raw: bytes, signature: str | None) -> bool:
        expected = b64encode(hmac.new(self._secret, raw, hashlib.sha256).digest())
        return signature is not None and hmac.compare_digest(expected, signature.encode("utf-8", "replace"))


def arrivals(raw: bytes) -> Iterator[Arrival]:
    """Split a signed body into events. An event that can't be read is put aside; the others are worked on."""
    try:
        events = json.loads(raw)["events"]
        if not isinstance(events, list):
            raise TypeError("events is not a list")
    except (ValueError, RecursionError, KeyError, TypeError):
        yield _aside(raw)
        return
    for event in events:
        yield _arrival(event)


def _arrival(event: Any) -> Arrival:
    body = json.dumps(event, separators=(",", ":")).encode()
    if not isinstance(event, dict) or not isinstance(event.get("source", {}), dict):
        return _aside(body)
    source = event.get("source") or {}
    conv = source.get("groupId") or source.get("roomId") or source.get("userId") or "-"
    if not _is_id(conv) and conv != "-":
        return _aside(body)
    key = event.get("webhookEventId")
    if not _is_id(key):
        same = {name: value for name, value in event.items() if name != "deliveryContext"}  # says only: once more
        key = "sha256:" + hashlib.sha256(json.dumps(same, separators=(",", ":")).encode()).hexdigest()
    return Arrival(source="line", key=f"line:{key}", conv=f"line:{conv}", body=body, together=_set_of(event))


def _set_of(event: dict[str, Any]) -> str | None:
    """Return the set that a photo was sent with, if several were sent at once (webhook.yml, ImageSet)."""
    found: Any = event
    for name in ("message", "imageSet", "id"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if _is_id(found) else None


def _is_id(value: Any) -> bool:
    """What goes into a text column must be short, and free of what a database refuses."""
    return isinstance(value, str) and 0 < len(value) <= 100 and value.isascii() and value.isprintable()


def _aside(raw: bytes) -> Arrival:
    key = "raw:" + hashlib.sha256(raw).hexdigest()
    return Arrival(source="line", key=key, conv="-", body=raw, quarantined=True)


async def _read(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is larger than the cap."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            return None
        chunks.append(chunk)
    return b"".join(chunks)
