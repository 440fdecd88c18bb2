"""What Rasa says: the domain, the questions and the buttons, read as files."""

import json
import re
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import regex
import yaml

from bot.hearing.actions.turn import fillable
from tests.nlu.rasa_environment import PYTHON, ROOT, TRAINING, environment, rasa

DIALOGUES = ROOT / "dialogues"
KEY_WORDS = {
    "overview": "概要",
    "background": "背景・動機",
    "members": "メンバーや支援者",
    "history": "これまで",
    "schemes": "制度",
}


def _read(folder: str) -> list[dict[str, Any]]:
    return [yaml.safe_load(file.read_text("utf-8")) for file in sorted((DIALOGUES / folder).rglob("*.yml"))]


DOMAIN = {key: value for part in _read("domain") for key, value in part.items() if key != "responses"}
RESPONSES = {name: said[0] for part in _read("domain") for name, said in part.get("responses", {}).items()}
RULES = [rule for part in _read("rules") for rule in part["rules"]]
PHRASES = yaml.safe_load((ROOT / "nlu" / "phrases.yml").read_text("utf-8"))


def _buttons(name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = RESPONSES[name].get("buttons", [])
    return found


def test_rasa_finds_nothing_wrong_with_the_data() -> None:
    done = rasa("data", "validate", *TRAINING)

    assert done.returncode == 0, done.stderr[-3000:]


def test_whatever_a_citizen_writes_is_shown_in_its_place() -> None:
    fill = "import json, sys; from rasa.core.nlg.interpolator import interpolate_text as f\n"
    fill += (
        "print(json.dumps([f('「{words}」は{command}', {'words': w, 'command': 'x'}) for w in json.load(sys.stdin)]))"
    )
    words = ["0[", "{command}", "{0[words]}", "np0[0...n]", "{", "}}", "100%{s} \\1", "0[0[0["]

    done = subprocess.run(
        [str(PYTHON), "-c", fill], input=json.dumps([fillable(one) for one in words]), env=environment(),
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    shown = [one.replace("\u2060", "") for one in json.loads(done.stdout.splitlines()[-1])]
    assert shown == [f"「{one}」はx" for one in words]


def test_the_written_stories_come_about(model: Path, tmp_path: Path) -> None:
    done = rasa(
        "test", "core", "--stories", "dialogues/stories", "--model", str(model), "--out", str(tmp_path), "--no-plot"
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert "No stories" not in done.stdout
    report = json.loads((tmp_path / "story_report.json").read_text())
    assert report["accuracy"] == 1.0
    assert report["conversation_accuracy"]["total"] >= 3


@pytest.mark.parametrize("number", range(1, 6))
def test_each_question_names_itself_and_no_other(number: int) -> None:
    question = list(KEY_WORDS)[number - 1]
    text = RESPONSES[f"utter_ask_{question}"]["text"]

    assert text.startswith(f"質問 {number}/5")
    assert [name for name, word in KEY_WORDS.items() if word in text] == [question]
    assert "例）" in text


def test_all_but_the_first_question_can_be_skipped_and_left() -> None:
    for slot in DOMAIN["forms"]["hearing_form"]["required_slots"][1:-1]:
        assert {"/skip", "/go_back", "/pause"} <= {button["payload"] for button in _buttons(f"utter_ask_{slot}")}
    assert "/skip" not in {button["payload"] for button in _buttons("utter_ask_overview")}


def test_button_titles_fit_and_merged_buttons_too() -> None:
    for name in RESPONSES:
        for button in _buttons(name):
            assert len(regex.findall(r"\X", button["title"])) <= 20, (name, button)
    asks = [name for name in RESPONSES if name.startswith("utter_ask_")]
    between = ["utter_help", *(name for name in RESPONSES if name.startswith("utter_faq"))]
    for ask, said in product(asks, [b for b in between if b != "utter_help_case"]):
        merged = {button["payload"] for button in [*_buttons(said), *_buttons(ask)]}
        assert len(merged) <= 13, (ask, said)


def test_every_button_leads_to_an_intent_or_is_plain_words() -> None:
    for name in RESPONSES:
        for button in _buttons(name):
            if found := re.match(r"/(\w+)", button["payload"]):
                assert found[1] in DOMAIN["intents"], (name, button)


def test_where_the_number_is_told_one_can_call_it() -> None:
    told = {name for name, said in RESPONSES.items() if "045-671-4732" in said["text"]}

    assert told == {name for name in RESPONSES if {"tel:0456714732"} & {b["payload"] for b in _buttons(name)}}
    assert {"utter_handoff", "utter_faq_place", "utter_declined"} <= told


def test_every_intent_has_a_rule_in_every_place() -> None:
    places: dict[Any, set[str]] = {"hearing_form": set(), "case_form": set(), None: set()}
    for rule in RULES:
        places[rule["condition"][0]["active_loop"]].add(rule["steps"][0]["intent"])
    everything = set(DOMAIN["intents"])
    assert places[None] == everything
    assert places["hearing_form"] == places["case_form"] == everything - {"inform"}


def test_a_rule_in_a_form_returns_to_it_or_leaves_it() -> None:
    for rule in RULES:
        form, steps = rule["condition"][0]["active_loop"], rule["steps"]
        if form:
            returns = steps[-2:] == [{"action": form}, {"active_loop": form}]
            assert returns or {"active_loop": None} in steps, rule["rule"]


def test_every_command_and_question_is_ignored_as_an_answer() -> None:
    for form in DOMAIN["forms"].values():
        assert set(form["ignored_intents"]) == set(DOMAIN["intents"]) - {"inform"}


def test_every_phrase_belongs_to_an_intent_of_the_domain() -> None:
    asked = (intent for intents in PHRASES["when_asked"].values() for intent in intents)
    assert {*PHRASES["phrases"], *asked, *PHRASES["about_a_question"]} <= set(DOMAIN["intents"])


def test_what_rules_say_exists() -> None:
    known = {*DOMAIN["actions"], *RESPONSES, *DOMAIN["forms"], "action_deactivate_loop"}
    assert {step["action"] for rule in RULES for step in rule["steps"] if "action" in step} <= known


# A rule that leaves its form forgets the next answer, so each that does has its reason; its action always speaks.
LEAVES = {
    ("hearing_form", "pause"): "the citizen rests",
    ("hearing_form", "submit"): "the draft is a case",
    ("hearing_form", "confirm_withdraw"): "the draft is gone",
    ("hearing_form", "human_handoff"): "a person takes over",
    ("hearing_form", "confirm_erase"): "everything is gone",
    ("case_form", "submit"): "it was sent already",
    ("case_form", "confirm_withdraw"): "the wish is passed on",
    ("case_form", "human_handoff"): "a person takes over",
    ("case_form", "confirm_erase"): "everything is gone",
    ("case_form", "start_consultation"): "a new consultation begins",
    ("case_form", "agree"): "a new consultation begins",
}


def test_every_rule_of_a_form_comes_back_to_it_or_has_a_reason() -> None:
    rules = [
        r for f in ("hearing", "case") for r in yaml.safe_load((ROOT / f"dialogues/rules/{f}.yml").read_text())["rules"]
    ]
    leaving = set()
    for rule in rules:
        forms = [c["active_loop"] for c in rule.get("condition", []) if c.get("active_loop")]
        intent = next((step["intent"] for step in rule["steps"] if "intent" in step), None)
        if forms and intent and rule["steps"][-1].get("active_loop") != forms[0]:
            leaving.add((forms[0], intent))

    assert leaving == set(LEAVES)
