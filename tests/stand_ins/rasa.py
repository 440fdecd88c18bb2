"""Rasa as the hub sees it: it asks the hub's real actions, and speaks by naming what it heard or what it asks."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from starlette.requests import Request

from bot.hearing.endpoint import Actions
from tests.stand_ins.edge import served

TOKEN = "rasa-token"
Json = dict[str, Any]


class Rasa:
    """What every stand-in for Rasa is: the two addresses, and what an action is told."""

    def routes(self, under: str = "") -> list[web.RouteDef]:
        """What the hub calls."""
        return [web.post(under + "/webhooks/rest/webhook", self.hears), web.post(under + "/model/parse", self._parse)]

    async def hears(self, request: web.Request) -> web.StreamResponse:
        """Take a message of a citizen's, and answer it."""
        raise NotImplementedError

    async def _parse(self, _request: web.Request) -> web.Response:
        return web.json_response({"intent": {"name": "inform", "confidence": 1.0}})


def call_of(body: Json, intent: str, action: str) -> Json:
    """What Rasa sends the hub to let it run an action."""
    latest = {"text": body["message"], "intent": {"name": intent}, "metadata": body["metadata"], "entities": []}
    tracker = {
        "sender_id": body["sender"], "slots": {}, "latest_message": latest, "events": [], "paused": False,
        "followup_action": None, "active_loop": {}, "latest_action_name": None,
    }  # fmt: skip
    return {"next_action": action, "sender_id": body["sender"], "tracker": tracker, "domain": {}}


class RasaStandIn(Rasa):
    """Understands payloads and takes everything else for an answer; speaks by naming the open question."""

    def __init__(self, actions: Actions) -> None:
        self.actions = actions
        self.troubles: list[str] = []  # what the next messages meet: refused, silent, lost (applied, answer lost), cut
        self.heard: list[str] = []
        self.state: Json = {"active_loop": {}, "slots": {}}

    async def hears(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        trouble = self.troubles.pop(0) if self.troubles else ""
        if trouble == "refused":
            return web.Response(status=500)
        self.heard.append(body["message"])
        told = body["metadata"].pop("position")
        self.state = {"active_loop": {"name": told["loop"]} if told["loop"] else {}, "slots": dict(told["slots"])}
        if trouble == "silent":
            return web.json_response([])
        await self._act(body)
        if trouble == "lost" and request.transport is not None:
            request.transport.close()
        if trouble == "cut":
            return web.json_response([{"recipient_id": body["sender"], "text": "does what was asked"}])
        asks = {"text": f"asks {self._open()}", "buttons": [{"title": "スキップ", "payload": "/skip"}]}
        return web.json_response([{"recipient_id": body["sender"], **asks}])

    def _open(self) -> str:
        return str(self.state["slots"].get("requested_slot"))

    async def _act(self, body: Json) -> None:
        words = body["message"]
        command = words[1:].partition("{")[0]  # its entities are read by the hub
        intent, action = (command, f"action_{command}") if words[:1] == "/" else ("inform", "validate_hearing_form")
        for event in (await self._call(call_of(body, intent, action))).get("events", []):
            self.state["slots"][event["name"]] = event["value"]

    async def _call(self, call: Json) -> Json:
        async def receive() -> Json:
            return {"type": "http.request", "body": json.dumps(call).encode(), "more_body": False}

        headers = [(b"authorization", f"Bearer {TOKEN}".encode())]
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
        answer: Json = json.loads((await self.actions(Request(scope, receive))).body)
        return answer


@asynccontextmanager
async def serving(rasa: Rasa) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Serve a stand-in on a free port; give a session and its address."""
    async with served(rasa.routes()) as url, aiohttp.ClientSession() as session:
        yield session, url
