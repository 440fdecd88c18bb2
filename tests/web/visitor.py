"""Somebody with a browser: asks the app for a page as a server would, and reads what comes."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, unquote, urlsplit

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass
class Page:
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def seen(self) -> "Seen":
        return Seen.of(self.text)


class Seen(HTMLParser):
    """A page's elements: every tag with its attributes, and the words a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""

    @classmethod
    def of(cls, html: str) -> "Seen":
        made = cls()
        made.feed(html)
        made.close()
        return made

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def links(self) -> list[str]:
        return [a["href"] for a in self.all("a")]


@dataclass
class Visitor:
    """Goes to addresses."""

    app: Asgi

    async def goes(self, address: str, *, method: str = "GET", **headers: str) -> Page:
        parts = urlsplit(address)
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        path = parts.path
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(path), "raw_path": path.encode(), "root_path": "",
            "query_string": quote(parts.query, safe="=&%+").encode(), "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "headers": [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        await self.app(scope, receive, send)
        answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Page(sent[0]["status"], answered, b"".join(part.get("body", b"") for part in sent[1:]))
