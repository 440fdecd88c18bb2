"""Slack as the hub sees it: a channel that keeps what is posted, with metadata, and never looks twice."""

import json
import time
from itertools import count
from typing import Any

from aiohttp import web

from tests.chaos.faults import Weather, answered
from tests.chaos.history import MARK, Call, Effect, History

STAFF = ["UMAIN", "USUB"]
THREAD = "thread:"  # with the ts of a case's card: the owner of a note until the end tells whose case it is


class SlackEdge:
    """Takes posts and lets them be looked for."""

    def __init__(self, weather: Weather) -> None:
        self.history = History()
        self.messages: list[dict[str, Any]] = []
        self._weather, self._n = weather, count(1)

    def routes(self) -> list[web.RouteDef]:
        """Every method of the Web API."""
        return [web.route("*", "/{hub}/api/{method}", self._called)]

    def card_with(self, words: str) -> dict[str, Any] | None:
        """Return the card that shows these words."""
        cards = (m for m in self.messages if m["metadata"].get("event_type") == "case_card")
        return next((m for m in cards if words in json.dumps(m["blocks"], ensure_ascii=False)), None)

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method, body = request.match_info["method"], await _arguments(request)
        kind = self._weather.draw("slack", method) if method != "auth.test" else ""
        if method == "chat.postMessage":
            call = Call(request.match_info["hub"], _key(body), time.monotonic(), 1.0 if kind == "429" else 0.0)
            self.history.calls.append(call)

        async def land() -> dict[str, Any]:
            act: Any = getattr(self, method.replace(".", "_"), lambda body: {})
            said: dict[str, Any] = {"ok": True, **act(body)}
            return said

        return await answered(request, "slack", kind, land)

    def auth_test(self, _body: dict[str, Any]) -> dict[str, Any]:
        return {"user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1", "user": "tsunagi", "team": "centre"}

    def conversations_members(self, _body: dict[str, Any]) -> dict[str, Any]:
        return {"members": STAFF}

    def chat_postMessage(self, body: dict[str, Any]) -> dict[str, Any]:
        ts = f"{time.time():.0f}.{next(self._n):06}"
        self.messages.append({"metadata": {}, "blocks": [], **body, "ts": ts})
        self.history.posts.append(_key(body) or ts)
        self.history.written[f"the metadata of {ts}"] = json.dumps(body.get("metadata")) + str(body.get("text"))
        if thread := body.get("thread_ts"):
            for mark in MARK.findall(json.dumps(body.get("blocks"), ensure_ascii=False)):
                self.history.effects.append(Effect("note", mark, THREAD + thread, time.monotonic()))
        return {"channel": body["channel"], "ts": ts}

    def chat_update(self, body: dict[str, Any]) -> dict[str, Any]:
        for message in self.messages:
            if message["ts"] == body["ts"]:
                message.update(body)
        return {"channel": body["channel"], "ts": body["ts"]}

    def conversations_history(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._since(body, [m for m in self.messages if not m.get("thread_ts")])

    def conversations_replies(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._since(body, [m for m in self.messages if m.get("thread_ts") == body["ts"]])

    def _since(self, body: dict[str, Any], messages: list[dict[str, Any]]) -> dict[str, Any]:
        newest = [m for m in reversed(messages) if float(m["ts"]) >= float(body.get("oldest", 0))]
        start = int(body.get("cursor") or 0)
        more = str(start + 200) if len(newest) > start + 200 else ""
        return {"messages": newest[start : start + 200], "response_metadata": {"next_cursor": more}}


def _key(body: dict[str, Any]) -> str:
    return str((body.get("metadata") or {}).get("event_payload", {}).get("k", ""))


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body: dict[str, Any] = await request.json()
        return body
    form = {key: str(value) for key, value in [*request.query.items(), *(await request.post()).items()]}
    return {key: json.loads(v) if v[:1] in "[{" else v for key, v in form.items()}
