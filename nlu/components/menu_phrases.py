"""The words of the menu: what is typed exactly like a button is that button."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FILE = Path(__file__).parent.parent / "phrases.yml"
EDGES = " 。.!?！？「」『』、,〜~ー…・♪\n\r\t　"


class Phrase(NamedTuple):
    """What a menu phrase stands for."""

    intent: str
    question: str | None = None  # the answer it is about, for なおす and 追記する


def normalise(text: str) -> str:
    """Return the text as menu phrases are compared: NFKC, lower case, no marks or spaces at the ends."""
    return unicodedata.normalize("NFKC", text).lower().strip(EDGES)


def exact(text: str, said_last: frozenset[str] = frozenset(), question: str | None = None) -> Phrase | None:
    """Return what a text means when it equals a menu phrase, else None.

    Some words mean something only where they were asked for: はい after the consent (`said_last` holds the bot's last
    actions), or at a `question` such as the review.
    """
    phrases, asked = _table()
    word = normalise(text)
    here = [place for place in asked if place in said_last or place == question]
    return next((asked[place][word] for place in here if word in asked[place]), phrases.get(word))


def is_own_word(text: str, intent: str) -> bool:
    """Whether a text is the very word of a button, not one of the ways to say it."""
    return normalise(text) == normalise(_written()["phrases"][intent][0])


@cache
def _written() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


@cache
def _table() -> tuple[dict[str, Phrase], dict[str, dict[str, Phrase]]]:
    written = _written()
    phrases = _by_word(written["phrases"])
    for intent, endings in written["about_a_question"].items():
        for question, labels in written["questions"].items():
            phrases |= {normalise(label + end): Phrase(intent, question) for label in labels for end in endings}
    return phrases, {place: _by_word(intents) for place, intents in written["when_asked"].items()}


def _by_word(intents: dict[str, list[str]]) -> dict[str, Phrase]:
    words: dict[str, Phrase] = {}
    for intent, said in intents.items():
        for phrase in said:
            found = words.setdefault(normalise(phrase), Phrase(intent))
            if found.intent != intent:
                raise ValueError(f"{FILE.name}: 「{phrase}」 stands for both {found.intent} and {intent}")
    return words
