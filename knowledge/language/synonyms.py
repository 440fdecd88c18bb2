"""The domain's own synonyms, from the editable synonyms.txt beside this file."""

import re
from functools import cache
from pathlib import Path

from knowledge.language.text import Word, fold

FILE = Path(__file__).with_name("synonyms.txt")


def read(text: str) -> dict[str, tuple[str, ...]]:
    """Return the groups of each expression; a line of the file is a group, # starts a remark."""
    groups: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for word in re.split("[,、]", fold(line.partition("#")[0])):
            if len(word := word.strip()) > 1:
                groups[word] = (*groups.get(word, ()), f"d{number}")
    return groups


def expressions(text: str) -> list[Word]:
    """Return the expressions of synonyms.txt that stand in the text, the longer before the shorter."""
    groups, pattern = _shipped()
    return [Word(hit[0], "", "", groups[hit[0]]) for hit in pattern.finditer(fold(text))]


def every() -> list[str]:
    """Return every expression of synonyms.txt."""
    return list(_shipped()[0])


@cache
def _shipped() -> tuple[dict[str, tuple[str, ...]], re.Pattern[str]]:
    groups = read(FILE.read_text("utf-8"))
    longest_first = sorted(groups, key=len, reverse=True)
    return groups, re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
