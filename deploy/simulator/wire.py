"""The wire log: every request and answer in both directions, and the records a judge can read."""

import json
import shlex
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

SHOWN = {"content-type", "x-line-retry-key", "x-line-signature", "x-line-request-id", "retry-after",
         "x-line-accepted-request-id", "x-slack-signature", "x-slack-request-timestamp", "x-slack-retry-num",
         "x-slack-retry-reason", "x-oauth-scopes"}  # fmt: skip
JUDGED = {"block_actions", "view_submission", "slash_command", "message"}
KEPT = 20_000
RAW = 100_000  # bytes of a body that can be sent again
Json = dict[str, Any]


def readable(body: bytes, content_type: str) -> Any:
    """A body as data: JSON, a form (with JSON inside its payload), text, or only its size."""
    if not body:
        return None
    try:
        if "json" in content_type:
            return json.loads(body)
        if "x-www-form-urlencoded" in content_type:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            form.pop("token", None)
            return {**form, "payload": json.loads(form["payload"])} if "payload" in form else form
        return body.decode() if content_type.startswith("text/") else {"bytes": len(body)}
    except ValueError:
        return {"unreadable": len(body)}


def raw(body: bytes) -> str | None:
    """A body as it can be sent again from a command line; None for what is too long or no text."""
    try:
        return body.decode() if len(body) <= RAW else None
    except ValueError:
        return None


def curl(entry: Json, base: str, authority: str = "") -> str:
    """A command that sends a request again; `authority` is the header with the token, as a shell reads it."""
    words = ["curl", "-X", entry["method"], base + entry["path"]]
    words += [part for name, value in entry["headers"].items() for part in ("-H", f"{name}: {value}")]
    body = [] if entry.get("raw") in (None, "") else ["--data-binary", entry["raw"]]
    return " ".join([*map(shlex.quote, words), *(["-H", authority] if authority else []), *map(shlex.quote, body)])


def shown(headers: dict[str, str]) -> dict[str, str]:
    """The headers of interest; never a token."""
    return {name: value for name, value in headers.items() if name in SHOWN}


class Wire:
    """The last requests and answers, oldest first, each with a running number."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.entries: deque[Json] = deque(maxlen=KEPT)
        self.unknown: dict[str, int] = {}  # endpoints that were called and don't exist here
        self._changed, self._count = changed, 0

    def add(self, **entry: Any) -> Json:
        """Note a request with its answer. Directions as the hub sees them: `out` it sent, `in` it was sent."""
        self._count += 1
        kept = {"n": self._count, **entry}
        self.entries.append(kept)
        self._changed()
        return kept

    def not_known(self, what: str) -> None:
        """Note a call of something this simulator doesn't have."""
        self.unknown[what] = self.unknown.get(what, 0) + 1

    def records(self) -> Iterator[Json]:
        """What was sent both ways, as records for a judge: platform, direction, path or method or kind, body."""
        for entry in list(self.entries):
            if entry.get("judged") is not False:
                yield from _records(entry)


def _records(entry: Json) -> Iterator[Json]:
    head = {"platform": entry["platform"], "direction": entry["direction"]}
    body, path = entry.get("body"), entry["path"].split("?")[0]
    if entry["platform"] == "line":
        if entry["direction"] == "in":
            yield {**head, "strict": True, "body": body}
        elif entry["method"] not in ("GET", "DELETE"):
            yield {**head, "path": path, "body": None if isinstance(body, dict) and "bytes" in body else body}
    elif entry["direction"] == "out":
        if path.startswith(("/api/", "/hooks/")):
            method = "response_url" if path.startswith("/hooks/") else path.removeprefix("/api/")
            yield {**head, "method": method, "body": body or {}}
    else:
        if entry.get("kind") in JUDGED:
            payload = body.get("payload", body) if isinstance(body, dict) else body
            yield {**head, "kind": entry["kind"], "body": payload}
        if entry.get("kind") in JUDGED - {"message"} and isinstance(entry.get("answer"), dict):
            yield {**head, "direction": "out", "method": "ack", "body": entry["answer"]}
