"""LINE as the hub sees it: a reply token counts once, a retry key counts once, and every message is noted."""

import json
import re
import time
from typing import Any

from aiohttp import web

from tests.chaos.faults import Weather, answered
from tests.chaos.history import Call, Effect, History

ANSWER = re.compile(r"re:(m\d{5})")
NUMBER = re.compile(r"20\d\d-\d{4,}")
KINDS = {"お預かりしました": "holding", "担当者が決まりました": "claimed"}
TOKEN = "token-"  # with the event's mark: its reply token


class LineEdge:
    """Takes replies and pushes."""

    def __init__(self, weather: Weather) -> None:
        self.history = History()
        self._weather = weather
        self._spent: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        """The two ways to send; whatever else is asked of LINE isn't there."""
        at = "/{hub}/v2/bot/message/"
        return [web.post(at + "reply", self._reply), web.post(at + "push", self._push)]

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        token = body["replyToken"]
        owner = self.history.events.get(token.removeprefix(TOKEN))

        async def land() -> dict[str, Any]:
            if token in self._spent or owner is None:
                return {"status": 400, "message": "Invalid reply token"}
            self._spent.add(token)
            return self._land(owner.owner, body["messages"])

        return await self._answer(request, token, land)

    async def _push(self, request: web.Request) -> web.StreamResponse:
        body, key = await request.json(), request.headers.get("X-Line-Retry-Key", "")

        async def land() -> dict[str, Any]:
            if key in self._spent:
                return {"status": 409, "message": "The retry key is already accepted"}
            self._spent.add(key)
            return self._land(body["to"], body["messages"])

        return await self._answer(request, key, land)

    async def _answer(self, request: web.Request, key: str, land: Any) -> web.StreamResponse:
        kind = self._weather.draw("line", request.path)
        wait = 1.0 if kind == "429" else 0.0
        self.history.calls.append(Call(request.match_info["hub"], key, time.monotonic(), wait))
        return await answered(request, "line", kind, land)

    def _land(self, owner: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
        if not all(len(m.get("text", "").encode("utf-16-le")) <= 10_000 for m in messages) or len(messages) > 5:
            return {"status": 400, "message": "too long"}
        words = json.dumps(messages, ensure_ascii=False)
        told = next((kind for phrase, kind in KINDS.items() if phrase in words), "")
        answers = dict.fromkeys(ANSWER.findall(words))
        self.history.talk.append((owner, "turn" if answers else told if told == "holding" else "news"))
        for mark in answers:
            self.history.effects.append(Effect("answer", mark, owner, time.monotonic()))
        if told == "claimed":
            cause = f"press:{NUMBER.findall(words)[0]}"
            self.history.effects.append(Effect("claimed", cause, owner, time.monotonic()))
        return {"sentMessages": [{"id": str(n)} for n, _ in enumerate(messages)]}
