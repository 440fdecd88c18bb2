"""What was asked: the words, the filters typed among them, and what the question is near to."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.entries import CASE, ORGANISATION
from knowledge.language import parties, themes, wards
from knowledge.language.blanks import has_words
from knowledge.language.text import level

_FILTER = re.compile(r"(区|ward|テーマ|theme|種別|kind|主体|party):\s*([^\s:]+)")
LONGEST_VALUE = 20  # characters of a filter that was mistyped; what is longer is a sentence
_KINDS = {"事例": CASE, CASE: CASE, "団体": ORGANISATION, "組織": ORGANISATION, ORGANISATION: ORGANISATION}


@dataclass(frozen=True)
class Near:
    """Where the asker stands: entries of the same ward, theme or kind of party are a little nearer."""

    ward: str | None = None
    theme: str | None = None
    party: str | None = None


@dataclass(frozen=True)
class Question:
    """What was asked, its filters taken out."""

    text: str
    ward: str | None = None
    theme: str | None = None
    party: str | None = None
    kind: str | None = None
    published_only: bool = False
    near: Near = field(default_factory=Near)
    unknown: tuple[str, ...] = ()  # typed like filters, but naming nothing; they stay among the words


def read(typed: str) -> Question:
    """Take filters such as 区:鶴見 out of what was typed. One that names nothing stays a word, and is told."""
    question = Question("")

    def take(hit: re.Match[str]) -> str:
        nonlocal question
        found = _filter(hit[1], hit[2])
        if not found and _is_meant(hit):
            question = replace(question, unknown=(*question.unknown, hit[0]))
        question = replace(question, **found)
        return " " if found else hit[0]

    text = _FILTER.sub(take, level(typed))
    return replace(question, text=text.strip())


def without_unknown(question: Question) -> Question:
    """Remove from the words what was typed like a filter and names nothing."""
    text = question.text
    for one in question.unknown:
        text = text.replace(one, " ", 1)
    return replace(question, text=text.strip())


def _is_meant(hit: re.Match[str]) -> bool:
    """Tell whether a filter was meant: a blank stands before it, and it is shorter than a sentence."""
    before = hit.string[: hit.start()][-1:]
    return len(hit[2]) <= LONGEST_VALUE and not has_words(before)


def _filter(name: str, value: str) -> dict[str, Any]:
    if name in ("区", "ward"):
        ward = wards.match(value).ward
        return {"ward": ward} if ward else {}
    if name in ("テーマ", "theme"):
        theme = themes.named(value)
        return {"theme": theme} if theme else {}
    if name in ("種別", "kind") and value in _KINDS:
        return {"kind": _KINDS[value]}
    party = parties.named(value)
    return {"party": party} if party else {}
