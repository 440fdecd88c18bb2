"""The stand-in for LINE, which remembers for the checker what arrived and when."""

import json
import re
import time

from tests.chaos.faults import Weather
from tests.chaos.history import Call, Effect, History
from tests.stand_ins.line import Json, Line

ANSWER = re.compile(r"re:(m\d{5})")
NUMBER = re.compile(r"20\d\d-\d{4,}")
KINDS = {"お預かりしました": "holding", "担当者が決まりました": "claimed"}
TOKEN = "token-"  # with the event's mark: its reply token


class LineEdge(Line):
    """Fails as the weather is, and notes every message."""

    def __init__(self, weather: Weather) -> None:
        super().__init__()
        self.history = History()
        self._weather = weather

    def meets(self, path: str) -> str:
        return self._weather.draw("line", path)

    def answers_to(self, token: str) -> str | None:
        event = self.history.events.get(token.removeprefix(TOKEN))
        return event.owner if event else None

    def takes_note(self, hub: str, key: str, kind: str) -> None:
        self.history.calls.append(Call(hub, key, time.monotonic(), 1.0 if kind == "429" else 0.0))

    def shows(self, to: str, messages: list[Json]) -> None:
        words = json.dumps(messages, ensure_ascii=False)
        told = next((kind for phrase, kind in KINDS.items() if phrase in words), "")
        answers = dict.fromkeys(ANSWER.findall(words))
        self.history.talk.append((to, "turn" if answers else told if told == "holding" else "news"))
        for mark in answers:
            self.history.effects.append(Effect("answer", mark, to, time.monotonic()))
        if told == "claimed":
            cause = f"press:{NUMBER.findall(words)[0]}"
            self.history.effects.append(Effect("claimed", cause, to, time.monotonic()))
