"""What a page of the form showed of a draft, so that a page left open puts no older words over newer ones."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.language.blanks import trimmed

FIELD = "seen"


def mark(saved: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return what goes with a page: a sum of each field, as it was saved when the page was drawn."""
    return ".".join(_sum(saved[name]) for name in names)


def written(
    given: Mapping[str, str], saved: Mapping[str, Any], names: Iterable[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fields that somebody wrote on the page, and those that another page has changed meanwhile.

    A field that is as the page showed it was not written there. Without a mark everything was.
    """
    known = list(names)
    sums = given.get(FIELD, "").split(".")
    if len(sums) != len(known):
        return {name: given[name] for name in known if name in given}, {}
    shown = dict(zip(known, sums, strict=True))
    mine = {name: given[name] for name in known if name in given and _sum(given[name]) != shown[name]}
    apart = {name: text for name, text in mine.items() if _sum(saved[name]) not in (shown[name], _sum(text))}
    return {name: text for name, text in mine.items() if name not in apart}, apart


def _sum(text: str) -> str:
    """Return a sum of the words and of the lines they stand in; browsers have one kind of line end."""
    lines = trimmed(text.replace("\r\n", "\n").replace("\r", "\n"))
    return f"{zlib.crc32(lines.encode()):08x}"
