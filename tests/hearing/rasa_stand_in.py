"""A stand-in for Rasa at the HTTP edge: it calls the hub's real actions, and fails as it is told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from starlette.requests import Request

from bot.hearing.endpoint import Actions

TOKEN = "rasa-token"


class RasaStandIn:
    """Understands payloads and takes everything else for an answer; speaks by naming the open question."""

    def __init__(self, actions: Actions) -> None:
        self.actions = actions
        self.troubles: list[str] = []  # what the next messages meet: refused, silent, lost (applied, answer lost), cut
        self.heard: list[str] = []
        self.state: dict[str, Any] = {"active_loop": {}, "slots": {}}

    async def say(self, request: web.Request) -> web.StreamResponse:
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

    async def parse(self, _request: web.Request) -> web.Response:
        return web.json_response({"intent": {"name": "inform", "confidence": 1.0}})

    def _open(self) -> str:
        return str(self.state["slots"].get("requested_slot"))

    async def _act(self, body: dict[str, Any]) -> None:
        words = body["message"]
        intent, action = (words[1:], f"action_{words[1:]}") if words[:1] == "/" else ("inform", "validate_hearing_form")
        latest = {"text": words, "intent": {"name": intent}, "metadata": body["metadata"], "entities": []}
        tracker = {
            "sender_id": body["sender"], "slots": {}, "latest_message": latest, "events": [], "paused": False,
            "followup_action": None, "active_loop": {}, "latest_action_name": None,
        }  # fmt: skip
        answer = await self._call(
            {"next_action": action, "sender_id": body["sender"], "tracker": tracker, "domain": {}}
        )
        for event in answer.get("events", []):
            self.state["slots"][event["name"]] = event["value"]

    async def _call(self, call: dict[str, Any]) -> dict[str, Any]:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": json.dumps(call).encode(), "more_body": False}

        headers = [(b"authorization", f"Bearer {TOKEN}".encode())]
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
        answer: dict[str, Any] = json.loads((await self.actions(Request(scope, receive))).body)
        return answer


@asynccontextmanager
async def serving(rasa: RasaStandIn) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Serve the stand-in on a free port; give a session and its address."""
    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", rasa.say)
    app.router.add_post("/model/parse", rasa.parse)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with aiohttp.ClientSession() as session:
        yield session, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
