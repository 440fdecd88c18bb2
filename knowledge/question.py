"""What was asked: the words, the filters typed among them, and where the asker stands."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge import parties, themes, wards
from knowledge.entries import CASE, ORGANISATION
from knowledge.text import fold

_FILTER = re.compile(r"(区|ward|テーマ|theme|種別|kind|主体|party):\s*([^\s:]+)")
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


def read(typed: str) -> Question:
    """Take filters such as 区:鶴見 out of what was typed; one that names nothing stays a word."""
    question = Question("")

    def take(hit: re.Match[str]) -> str:
        nonlocal question
        found = _filter(hit[1], hit[2])
        question = replace(question, **found)
        return " " if found else hit[0]

    text = _FILTER.sub(take, fold(typed))
    return replace(question, text=text.strip())


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
