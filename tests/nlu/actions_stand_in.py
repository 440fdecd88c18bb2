"""A small stand-in for the hub's action route: keeps answers in memory and says which action ran."""

from typing import Any

from aiohttp import web

from tests.nlu.rasa_environment import TOKEN

QUESTIONS = ["overview", "background", "members", "history", "schemes", "ward", "party", "name", "contact"]


class Actions:
    """Records the calls of Rasa and answers them the way the hub does."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.answers: dict[str, list[str]] = {}
        self.guesses: list[str | None] = []
        self.up = True
        self.malformed = False
        self.url = ""

    async def start(self) -> None:
        """Listen on a free loopback port."""
        app = web.Application()
        app.router.add_post("/rasa/actions", self._handle)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/rasa/actions"

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        if not self.up or request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=503)
        call = await request.json()
        name, slots = call["next_action"], call["tracker"]["slots"]
        self.called.append(name)
        if self.malformed:
            return web.json_response({"events": [{"event": "slot", "value": slots}], "responses": []})
        if name.startswith("validate_"):
            return web.json_response({"events": self._record(slots), "responses": []})
        return web.json_response(self._perform(name, call["tracker"], slots))

    def _record(self, slots: dict[str, Any]) -> list[dict[str, Any]]:
        events = []
        for question in [*QUESTIONS, "review", "message"]:
            given = slots.get(question)
            if given not in (None, "recorded"):
                self.answers.setdefault(question, []).append(given)
                kept = None if question in {"review", "message"} else "recorded"
                events.append({"event": "slot", "name": question, "value": kept})
        return events

    def _perform(self, name: str, tracker: dict[str, Any], slots: dict[str, Any]) -> dict[str, Any]:
        events: list[dict[str, Any]] = []
        here = slots.get("requested_slot")
        if name == "action_go_back" and here in QUESTIONS[1:]:
            events = [{"event": "slot", "name": QUESTIONS[QUESTIONS.index(here) - 1], "value": None}]
        if name == "action_skip" and here in QUESTIONS:
            events = [{"event": "slot", "name": here, "value": "recorded"}]
        if name == "action_correct" and slots.get("question"):
            events = [{"event": "slot", "name": slots["question"], "value": None}]
        if name == "action_clarify":
            self.guesses.append(tracker["latest_message"]["intent"].get("was"))
            values = {"words": tracker["latest_message"]["text"], "command": "状況を見る", "payload": "/status_query"}
            return {"events": [], "responses": [{"response": "utter_clarify", **values}]}
        if name == "action_answer_as_is":
            events = [{"event": "slot", "name": here, "value": "recorded"}]
        return {"events": events, "responses": [{"text": f"«{name}»"}]}
