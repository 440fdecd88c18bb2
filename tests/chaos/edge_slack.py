"""The stand-in for Slack, which remembers for the checker what arrived and when."""

import json
import time

from tests.chaos.faults import Weather
from tests.chaos.history import MARK, Effect, History
from tests.chaos.history import Call as Attempt
from tests.stand_ins.slack import Call, Json, Slack

STAFF = ["UMAIN", "USUB"]
THREAD = "thread:"  # with the ts of a case's card: the owner of a note until the end tells whose case it is


class SlackEdge(Slack):
    """Fails as the weather is, and notes every post."""

    def __init__(self, weather: Weather) -> None:
        super().__init__(STAFF, wait=1)
        self.history = History()
        self._weather = weather

    def card_with(self, words: str) -> Json | None:
        """Return the card that shows these words."""
        cards = (m for m in self.messages if m.get("metadata", {}).get("event_type") == "case_card")
        return next((m for m in cards if words in json.dumps(m.get("blocks"), ensure_ascii=False)), None)

    def meets(self, method: str) -> str:
        return self._weather.draw("slack", method) if method != "auth.test" else ""

    def takes_note(self, hub: str, call: Call, kind: str) -> None:
        if call.method == "chat.postMessage":
            wait = 1.0 if kind == "429" else 0.0
            self.history.calls.append(Attempt(hub, _key(call.body), time.monotonic(), wait))

    def chat_postMessage(self, body: Json) -> Json:
        said = super().chat_postMessage(body)
        self.history.posts.append(_key(body) or said["ts"])
        self.history.written[f"the metadata of {said['ts']}"] = json.dumps(body.get("metadata")) + str(body.get("text"))
        if thread := body.get("thread_ts"):
            for mark in MARK.findall(json.dumps(body.get("blocks"), ensure_ascii=False)):
                self.history.effects.append(Effect("note", mark, THREAD + thread, time.monotonic()))
        return said


def _key(body: Json) -> str:
    return str((body.get("metadata") or {}).get("event_payload", {}).get("k", ""))
