"""Rasa as the hub sees it: one turn of a conversation at a time, and the hub's real actions."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web

from tests.chaos.faults import LATE, Weather
from tests.chaos.history import MARK, History, Turn
from tests.stand_ins.edge import HANGS, SLOW, dropped
from tests.stand_ins.rasa import Rasa, call_of

INTENTS = {"start_consultation": "start", "status_query": "status"}  # all others are named like their action
FORMS = {"hearing_form": "validate_hearing_form", "case_form": "validate_case_form"}
QUESTION = {"buttons": [{"title": "ヘルプ", "payload": "/help"}]}  # every whole answer ends with some
HUGE = "あ" * 350_000  # a megabyte


class RasaEdge(Rasa):
    """Understands payloads, takes everything else for an answer, and says only to which message it speaks."""

    def __init__(self, weather: Weather, actions: Callable[[], str], token: str) -> None:
        self.history = History()
        self._weather, self._actions, self._token = weather, actions, token
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.session: aiohttp.ClientSession | None = None

    async def hears(self, request: web.Request) -> web.StreamResponse:
        body, began = await request.json(), time.monotonic()
        kind = self._weather.draw("rasa", request.path)
        if kind in ("500", "garbage", "silent"):
            return {"500": web.Response(status=500), "garbage": web.Response(text="<html>")}.get(
                kind, web.json_response([])
            )
        await asyncio.sleep({"hangs": HANGS, "applied late": LATE, "slow": SLOW}.get(kind, 0))
        if kind in ("refused", "hangs"):
            return dropped(request)
        async with self._locks[body["sender"]]:
            applied = await self._act(body)
        if kind == "applied, lost":
            return dropped(request)
        mark = MARK.findall(body["metadata"]["message_id"])[0]
        if applied and not kind.startswith("applied") and mark in self.history.events:
            self.history.turns.append(Turn(mark, self.history.events[mark].owner, began, time.monotonic()))
        said = {"recipient_id": body["sender"], "text": f"re:{mark}" + (HUGE if kind == "huge" else ""), **QUESTION}
        return web.json_response([said] if applied else [])

    async def _act(self, body: dict[str, Any]) -> bool:
        """Let the hub run what the message asks for; False when it can't be reached, as Rasa says nothing then."""
        told, words = body["metadata"].pop("position"), body["message"]
        intent = words[1:].partition("{")[0] if words[:1] == "/" else "inform"
        form = FORMS.get(told["loop"] or "")
        action = form if intent == "inform" else f"action_{INTENTS.get(intent, intent)}"
        if action is None or intent == "greet":
            return True
        return await self._call(call_of(body, intent, action)) is not None

    async def _call(self, call: dict[str, Any]) -> dict[str, Any] | None:
        assert self.session is not None
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self.session.post(self._actions(), json=call, headers=headers) as answer:
                told: dict[str, Any] | None = await answer.json() if answer.status == 200 else None
                return told
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return None
