"""Ours and its peers behind one interface: index(documents), search(query, k) → ids."""

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from knowledge import hits
from knowledge.asking import corrections, ranking, words
from knowledge.asking.question import read
from knowledge.asking.ranking import rank
from knowledge.entries import CASE, ORGANISATION, Entry
from knowledge.hits import explained
from knowledge.index.catalogue import Catalogue
from knowledge.index.rows import rows
from knowledge.language import text
from knowledge.language.wards import find
from knowledge.search import SPARE

SHARED = Path(__file__).parents[3] / "shared" / "data" / "search"
Document = Mapping[str, Any]


class System(Protocol):
    """What is measured."""

    def index(self, documents: Sequence[Document]) -> None: ...
    def search(self, query: str, k: int) -> list[Any]: ...


class Ours:
    """The catalogue, the ranking and the reasons that answer /similar and /org, without the database."""

    def __init__(self, kind: str) -> None:
        self.catalogue = Catalogue(CASE if kind == "cases" else ORGANISATION)
        self.entries: dict[str, Entry] = {}

    def index(self, documents: Sequence[Document]) -> None:
        self.take([entry(one) for one in documents])

    def take(self, entries: Sequence[Entry]) -> None:
        self.entries |= {one.id: one for one in entries}
        for one in rows(entries):
            self.catalogue.add(one)
        self.catalogue.built()

    def search(self, query: str, k: int) -> list[str]:
        """Return ids in the order and number in which they are shown."""
        asked = read(query)
        ranked, wanted = rank(asked, self.catalogue, k + SPARE)
        return [hit.id for hit in explained(asked, wanted, [(one, self.entries[one.id]) for one in ranked], {})[0]][:k]


def remember_texts() -> None:
    """Cut each text once however often it is shown: the same entries explain themselves to thousands of questions."""
    text._parts = lru_cache(maxsize=None)(text._parts.__wrapped__)


def entry(one: Document) -> Entry:
    """Return a document of the development sets as an entry."""
    if "body" in one:
        fields = {"件名": one.get("title") or "", "本文": one["body"]}
        return Entry(str(one["id"]), CASE, one.get("title") or "", "", "", fields)
    names = (one["name"], one.get("kana") or "", *(one.get("previous_names") or ()))
    fields = {"名称": one["name"], "別名": "、".join(names[2:]), "よみ": names[1]}
    places = tuple(find(one.get("city") or ""))
    return Entry(
        str(one["id"]), ORGANISATION, one["name"], "", "", fields, names=tuple(filter(None, names)), wards=places
    )


def peers() -> dict[str, Callable[[str], System]]:
    """Return the peers of the development sets: BM25 over Sudachi (A, C), FTS5, RapidFuzz on folded names, WRatio."""
    sys.path.insert(0, str(SHARED))
    factories: dict[str, Callable[[str], System]] = importlib.import_module("baselines").FACTORIES
    return factories


# What each part brings: everything as it is, with one part switched off.
PARTS: dict[str, tuple[Any, str, Any]] = {
    "pairs of characters": (ranking, "PAIRS_WEIGHT", 0.0),
    "sounds": (ranking, "SOUNDS_WEIGHT", 0.0),
    "swapped and shifted characters": (ranking, "SWAPPED_WEIGHT", 0.0),
    "readings of kana": (words, "READING_WEIGHT", 0.0),
    "corrections": (corrections, "CORRECTION_WEIGHT", 0.0),
    "looking through spaces": (words, "JOINED_WEIGHT", 0.0),
    "synonyms": (words, "SYNONYM_WEIGHT", 0.0),
    "meeting all of a short question": (hits, "MOST", 0.0),
    "the first paragraph's weight": (words, "FIRST", 1.0),
    "names by RapidFuzz": (ranking, "LEAST_NAME", 2.0),
}


@contextmanager
def without(part: str) -> Iterator[None]:
    """Switch a part off for a while."""
    module, name, off = PARTS[part]
    before = getattr(module, name)
    setattr(module, name, off)
    try:
        yield
    finally:
        setattr(module, name, before)
