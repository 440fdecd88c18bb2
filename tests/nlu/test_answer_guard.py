"""Answer or command: held-out sentences through the trained model and its guard, in Rasa's own environment."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.hearing.content import OTHER, WORDLESS
from tests.nlu.rasa_environment import ROOT, parse

HELD_OUT = yaml.safe_load((Path(__file__).parent / "held_out.yml").read_text("utf-8"))
PHRASES = yaml.safe_load((ROOT / "nlu" / "phrases.yml").read_text("utf-8"))
BACKGROUND = {"form": "hearing_form", "question": "background"}
PLACES: dict[str, dict[str, Any]] = {
    "outside": {},
    "hearing": BACKGROUND,
    "ward": {"form": "hearing_form", "question": "ward"},
    "name": {"form": "hearing_form", "question": "name"},
    "review": {"form": "hearing_form", "question": "review"},
    "case": {"form": "case_form", "question": "message"},
}
ODD = [
    *("はい", "いいえ", "同意しますのでお願いします", "概要をなおす", "2番に追記する"),
    *("/go_back", "   ", "戻る。", "「ヘルプ」"),
    *("同意します", "同意しません", "間違えました", "続けたい", "また後で"),  # said to people too
]
LABELS = [*WORDLESS.values(), OTHER]
BUTTON_WORDS = {intent: words[0] for intent, words in PHRASES["phrases"].items()}
CHAT = {"greet", "thanks"}
ANSWERS = [text for kind in ("short_answers", "adversarial_answers", "paragraphs") for text in HELD_OUT[kind]]
LONG = "".join(HELD_OUT["paragraphs"]) * 12


class Heard:
    """All cases in one go, because loading the model is what takes time."""

    def __init__(self, model: Path) -> None:
        self._cases: dict[tuple[str, str], dict[str, Any]] = {}
        phrases = [text for words in PHRASES["phrases"].values() for text in words]
        for place in ("hearing", "case", "outside"):
            self._cases |= {(place, text): {"text": text, **PLACES[place]} for text in [*ANSWERS, LONG, LONG[:2500]]}
        for place in PLACES:
            texts = phrases if place == "hearing" else [*BUTTON_WORDS.values(), *ANSWERS[::8]]
            self._cases |= {(place, text): {"text": text, **PLACES[place]} for text in texts}
        for texts in HELD_OUT["commands"].values():
            self._cases |= {("hearing", text): {"text": text, **BACKGROUND} for text in texts}
        for texts in HELD_OUT["outside"].values():
            self._cases |= {("outside", text): {"text": text} for text in texts}
        for text in LABELS:
            self._cases |= {(place, text): {"text": text, **where} for place, where in PLACES.items()}
        for text in ODD:
            self._cases |= {(place, text): {"text": text, **where} for place, where in PLACES.items()}
            self._cases["consent", text] = {"text": text, "said": ["action_start", "action_listen"]}
            self._cases["consent with a case open", text] = {**PLACES["case"], "text": text, "said": ["action_start"]}
        self._found = dict(zip(self._cases, parse(model, list(self._cases.values())), strict=True))

    def __call__(self, text: str, place: str = "hearing") -> dict[str, Any]:
        return self._found[place, text]

    def intent(self, text: str, place: str = "hearing") -> str:
        name: str = self(text, place)["intent"]["name"]
        return name


@pytest.fixture(scope="module")
def heard(model: Path) -> Heard:
    return Heard(model)


def test_what_is_held_out_was_not_learnt() -> None:
    learnt = {
        line.strip().removeprefix("- ")
        for file in (ROOT / "nlu" / "data").glob("*.yml")
        for line in file.read_text("utf-8").splitlines()
    }
    told = {"取り消すことのできない問題です", "ヘルプマークの普及活動をしたい", "戻る場所がない若者の居場所"}
    assert not (set(ANSWERS) - told) & learnt - set(PHRASES["phrases"]["skip"])


@pytest.mark.parametrize("place", [place for place in PLACES if place != "outside"])
def test_no_answer_is_executed_as_a_command(heard: Heard, place: str) -> None:
    texts = [*ANSWERS, LONG, LONG[:2500]] if place in {"hearing", "case"} else ANSWERS[::8]
    executed = {text: heard.intent(text, place) for text in texts}
    assert set(executed.values()) <= {"inform", "maybe_command"}, executed


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("label", LABELS)
def test_a_photo_a_sticker_and_the_like_are_never_a_command(heard: Heard, place: str, label: str) -> None:
    assert heard.intent(label, place) == "inform"


def test_few_answers_are_asked_back_and_no_long_one(heard: Heard) -> None:
    kinds = ("short_answers", "adversarial_answers", "paragraphs")
    asked = {kind: [t for t in HELD_OUT[kind] if heard.intent(t) == "maybe_command"] for kind in kinds}
    assert len(asked["short_answers"]) <= 3
    assert len(asked["adversarial_answers"]) <= len(HELD_OUT["adversarial_answers"]) // 3
    assert not asked["paragraphs"]
    assert heard.intent(LONG) == heard.intent(LONG[:2500]) == "inform"


def test_the_text_of_an_answer_stays_whole(heard: Heard) -> None:
    assert heard(LONG)["text"] == LONG


@pytest.mark.parametrize("place", PLACES)
def test_every_menu_phrase_is_executed_everywhere(heard: Heard, place: str) -> None:
    missed = {
        text: heard.intent(text, place)
        for intent, words in PHRASES["phrases"].items()
        for text in (words if place == "hearing" else words[:1])
        if heard.intent(text, place) != intent
        and not (place == "case" and intent in CHAT)
        and not (intent in {"agree", "decline"} and not place.startswith("consent"))
    }
    assert not missed


@pytest.mark.parametrize("place", ["outside", "hearing", "case"])
def test_consent_is_given_only_where_the_notice_was_shown(heard: Heard, place: str) -> None:
    assert heard.intent("同意してはじめる", place) == "inform"
    assert heard.intent("同意します", place) == "inform"


@pytest.mark.parametrize("said", ["同意します", "間違えました", "続けたい", "また後で", "同意しません"])
def test_what_is_said_to_a_coordinator_reaches_them(heard: Heard, said: str) -> None:
    assert heard.intent(said, "case") == "inform"


def test_thanks_are_passed_on_to_the_coordinator(heard: Heard) -> None:
    assert heard.intent("ありがとう", "case") == "inform"


def test_typed_commands_are_offered_and_rightly_so(heard: Heard) -> None:
    wanted = {text: intent for intent, texts in HELD_OUT["commands"].items() for text in texts}
    understood = [
        text for text, intent in wanted.items() if intent in {heard.intent(text), heard(text)["intent"].get("was")}
    ]
    assert len(understood) >= 0.85 * len(wanted), sorted(set(wanted) - set(understood))


def test_outside_a_question_people_are_understood(heard: Heard) -> None:
    wanted = {text: intent for intent, texts in HELD_OUT["outside"].items() for text in texts}
    missed = {text: heard.intent(text, "outside") for text in wanted if heard.intent(text, "outside") != wanted[text]}
    assert len(missed) <= 0.1 * len(wanted), missed


def test_nothing_irreversible_is_guessed(heard: Heard) -> None:
    irreversible = {"confirm_withdraw", "confirm_erase"}
    trained = re.findall(r"- intent: (\w+)", "".join(f.read_text() for f in (ROOT / "nlu" / "data").glob("*.yml")))
    assert not irreversible & set(trained)
    assert not {heard.intent(t, "outside") for t in ANSWERS} & (irreversible | {"agree", "decline", "submit"})


def test_yes_means_something_only_where_it_was_asked(heard: Heard) -> None:
    assert heard.intent("はい") == heard.intent("はい", "case") == "inform"
    assert heard.intent("はい", "consent") == "agree"
    assert heard.intent("いいえ", "consent") == "decline"
    assert heard.intent("はい", "consent with a case open") == "agree"
    assert heard.intent("はい", "review") == "submit"
    assert heard.intent("同意しますのでお願いします", "consent") == "agree"
    assert heard.intent("同意しますのでお願いします", "outside") == "inform"


def test_an_answer_is_named_to_be_corrected(heard: Heard) -> None:
    assert heard.intent("概要をなおす") == "correct_answer"
    assert heard("概要をなおす")["entities"] == {"question": "overview"}
    assert heard.intent("2番に追記する", "review") == "add_more"
    assert heard("2番に追記する", "review")["entities"] == {"question": "background"}


@pytest.mark.parametrize(
    ("text", "intent"),
    [("/go_back", "go_back"), ("戻る。", "go_back"), ("「ヘルプ」", "help"), ("   ", "inform")],
)
def test_payloads_marks_and_blanks(heard: Heard, text: str, intent: str) -> None:
    assert heard.intent(text) == intent
