"""Answer or command? No answer is ever executed as a command, and none is dropped.

Confidence alone can't tell: answers hold command words (取り消すことのできない問題です). So, in this order:
1. a button's payload (`/intent`) is decided later, by RegexMessageHandler;
2. what equals a menu phrase is that command, in a form or outside;
3. outside a form the classifier decides, unless it is unsure, the text is a whole story, or the intent needs an
   exact word;
4. in a form a short, command-like message becomes `maybe_command`: the citizen is asked;
5. anything else in a form is the answer (`inform`).
"""

from __future__ import annotations

from typing import Any, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.menu_phrases import Phrase, exact, is_own_word, normalise

ANSWER, DOUBT = "inform", "maybe_command"
CHAT = frozenset({"greet", "thanks"})  # a greeting inside an answer is part of it
ASKED = ("help", "status_query", "faq_")  # commands only when worded as a question
QUESTION_WORDS = (
    *("?", "？", "教えて", "おしえて", "知りたい", "見せて", "みせて", "説明して", "聞きたい"),
    *("わかりません", "分かりません", "ください", "ほしい", "欲しい"),
)
QUESTION_ENDS = ("か", "は", "の")
# What can't be undone (confirm_withdraw, confirm_erase) has no training examples: no guess can lead there.
ONLY_AFTER = {"agree": "action_start", "decline": "action_start"}
NOT_IN = {"case_form": CHAT}  # thanks are for the coordinator, not for the bot
# After sending there is no question to go back to or to skip: words like these are for the coordinator.
NO_GUESS_IN = {
    "case_form": frozenset(
        {"go_back", "correct_answer", "add_more", "skip", "pause", "resume", "submit", "show_answer"}
    )
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AnswerGuard(GraphComponent):
    """Stands behind the classifier and sees where the conversation is."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """longest: characters of a command; least: its confidence; margin: over `inform`; outside, story: rule 3."""
        return {"longest": 20, "least": 0.20, "margin": 0.15, "outside": 0.35, "story": 35}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerGuard:
        """Build the guard from its settings in config.yml."""
        return cls(config)

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    def process(
        self,
        messages: list[Message],
        tracker: Optional[DialogueStateTracker] = None,  # noqa: UP045 - Rasa compares this very type
    ) -> list[Message]:
        """Put the intent right; Rasa hands the tracker over because it is named here."""
        for message in messages:
            self._decide(message, tracker)
        return messages

    def _decide(self, message: Message, tracker: DialogueStateTracker | None) -> None:
        text = message.get(TEXT) or ""
        if text.startswith("/"):
            return
        form, question, said = _position(tracker)
        phrase = exact(text, said, question)
        if phrase and _means_it(phrase, text, form, said):
            _obey(message, phrase)
        elif form and question:
            self._in_a_form(message, text, NO_GUESS_IN.get(form, frozenset()))
        else:
            self._outside(message, said)

    def _in_a_form(self, message: Message, text: str, senseless: frozenset[str]) -> None:
        top, confidence, answer = _guesses(message)
        doubtful = (
            top not in CHAT | senseless | ONLY_AFTER.keys() | {ANSWER}
            and len(text.strip()) <= self._config["longest"]
            and confidence >= self._config["least"]
            and confidence - answer >= self._config["margin"]
            and (not top.startswith(ASKED) or worded_as_question(text))
        )
        if doubtful:
            _set(message, DOUBT, was=top)
        else:
            _set(message, ANSWER)

    def _outside(self, message: Message, said: frozenset[str]) -> None:
        top, confidence, _ = _guesses(message)
        told = len(message.get(TEXT) or "") > self._config["story"]  # an idea, not a question about the centre
        if told or confidence < self._config["outside"] or ONLY_AFTER.get(top, "") not in said | {""}:
            _set(message, ANSWER)


def _means_it(phrase: Phrase, text: str, form: str | None, said: frozenset[str]) -> bool:
    """Whether a menu phrase is a command here. Consent counts only right after the notice; to a coordinator only
    the buttons' own words are commands, since 間違えました or 同意します are said to people too."""
    if phrase.intent in ONLY_AFTER:
        return ONLY_AFTER[phrase.intent] in said
    if phrase.intent in NO_GUESS_IN.get(form or "", ()):
        return is_own_word(text, phrase.intent)
    return phrase.intent not in NOT_IN.get(form or "", ())


def worded_as_question(text: str) -> bool:
    """Whether a short text asks something rather than tells it."""
    return any(word in text for word in QUESTION_WORDS) or normalise(text).endswith(QUESTION_ENDS)


def _position(tracker: DialogueStateTracker | None) -> tuple[str | None, str | None, frozenset[str]]:
    if tracker is None:
        return None, None, frozenset()
    form = tracker.active_loop_name
    return form, tracker.get_slot(REQUESTED_SLOT) if form else None, _said_last(tracker)


def _said_last(tracker: DialogueStateTracker) -> frozenset[str]:
    """The actions since the citizen's last message: what they are answering."""
    said: set[str] = set()
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and event.action_name:
            said.add(event.action_name)
    return frozenset(said)


def _guesses(message: Message) -> tuple[str, float, float]:
    ranking = message.get(INTENT_RANKING_KEY) or []
    top = message.get(INTENT) or {}
    answer = next((guess["confidence"] for guess in ranking if guess["name"] == ANSWER), 0.0)
    return top.get("name") or ANSWER, float(top.get("confidence") or 0.0), float(answer)


def _obey(message: Message, phrase: Phrase) -> None:
    _set(message, phrase.intent)
    if phrase.question:
        text = message.get(TEXT)
        named = {"entity": "question", "value": phrase.question, "start": 0, "end": len(text)}
        message.set(ENTITIES, [*message.get(ENTITIES, []), named], add_to_output=True)


def _set(message: Message, intent: str, **more: str) -> None:
    message.set(INTENT, {"name": intent, "confidence": 1.0, **more}, add_to_output=True)
