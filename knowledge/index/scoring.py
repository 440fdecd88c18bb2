"""Scores the entries of one segment: adds up what each met word is worth, and picks the best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from knowledge.index.keys import Keys
from knowledge.index.postings import FULL, Docs, Weights, points
from knowledge.index.segment import Segment

Scores = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
BLOCK = 512  # the best of many are looked for among blocks first


@dataclass(frozen=True)
class Ask:
    """What is looked for: keys and weights by field. Of each group of `either` only the best that met counts."""

    every: Mapping[str, tuple[Keys, Weights]] = field(default_factory=dict)
    either: Sequence[Sequence[tuple[str, int, float]]] = ()  # (field, key, weight), the best last


@dataclass(frozen=True)
class Limits:
    """What an entry must be, and what is worth something if it is: a bit a ward, keys of theme and party."""

    place: int = 0
    theme: int = 0
    party: int = 0
    published: bool = False
    near: tuple[tuple[str, int, float], ...] = ()  # (column, value, points)


def scores(segment: Segment, alive: npt.NDArray[np.bool_], ask: Ask, limits: Limits) -> Scores:
    """Return every entry's score; 0 for one that met nothing or may not be found."""
    given = [points(segment.fields[name], keys, weights) for name, (keys, weights) in ask.every.items()]
    for ways in ask.either:
        given += _best_points(segment, ways)
    found = total(given, len(segment))
    for column, value, worth in limits.near:
        here = _is(segment, column, value)
        found[here & (found > 0)] += np.float32(worth)
    if (may := allowed(segment, alive, limits)) is not None:
        found *= may
    return found


def total(given: Sequence[tuple[Docs, Weights]], count: int) -> Scores:
    """Add up points by entry."""
    found = np.zeros(count, np.float32)
    for docs, worth in given:
        np.add.at(found, docs, worth)
    return found


def _best_points(segment: Segment, ways: Sequence[tuple[str, int, float]]) -> list[tuple[Docs, Weights]]:
    """Return the points of a word, once: a better way comes later and adds what weaker ways haven't given."""
    given: list[tuple[Docs, Weights]] = []
    met: list[tuple[Docs, Weights]] = []
    for name, key, weight in ways:
        docs, steps = segment.fields[name].of(key)
        worth = steps * np.float32(weight * FULL)
        given.append((docs, worth - _given(met, docs)))
        met.append((docs, worth))
    return given


def _given(met: Sequence[tuple[Docs, Weights]], docs: Docs) -> Weights:
    """Return the points so far: for each entry, those of the last way that met it."""
    so_far = np.zeros(len(docs), np.float32)
    for others, worth in met:
        here, there = _shared(docs, others)
        so_far[here] = worth[there]
    return so_far


def _shared(one: Docs, other: Docs) -> tuple[Places, Places]:
    """Return the places, in each of the two, of the entries that are in both."""
    if len(one) > len(other):
        return _shared(other, one)[::-1]
    at = other.searchsorted(one)
    same = other.take(at, mode="clip") == one
    return np.flatnonzero(same), at[same]


def allowed(segment: Segment, alive: npt.NDArray[np.bool_], limits: Limits) -> npt.NDArray[np.bool_] | None:
    """Tell which entries may be found; None when all may."""
    may = None if alive.all() else alive
    wanted = [(name, value) for name in ("place", "theme", "party") if (value := getattr(limits, name))]
    for column, value in wanted:
        here = _is(segment, column, value)
        may = here if may is None else may & here
    if limits.published:
        may = segment.columns["published"] if may is None else may & segment.columns["published"]
    return may


def _is(segment: Segment, column: str, value: int) -> npt.NDArray[np.bool_]:
    values = segment.columns[column]
    here: npt.NDArray[np.bool_] = (values & value) != 0 if column == "place" else values == value
    return here


def best(found: Scores, limit: int) -> list[tuple[float, int]]:
    """Return the (score, entry) of the best, best first and equals in their order."""
    if len(found) > 8 * BLOCK:
        found, places = _promising(found, limit)
    else:
        places = np.arange(len(found))
    order = np.lexsort((places, -found))[:limit]
    pairs = zip(found[order].tolist(), places[order].tolist(), strict=True)
    return [(score, at) for score, at in pairs if score > 0]


def _promising(found: Scores, limit: int) -> tuple[Scores, npt.NDArray[np.int64]]:
    """Keep the entries that can be among the best: no worse than the best entries of `limit` blocks."""
    whole = len(found) // BLOCK * BLOCK
    tops = np.append(found[:whole].reshape(-1, BLOCK).max(1), found[whole:].max(initial=0))
    floor = np.partition(tops, -limit)[-limit] if len(tops) > limit else 0
    places = np.flatnonzero(found >= floor if floor > 0 else found > 0)
    if len(places) > max(8 * BLOCK, limit):
        floor = np.partition(found[places], -limit)[-limit]
        level = places[found[places] == floor][:limit]  # of equal scores the first ones; there may be very many
        places = np.concatenate([places[found[places] > floor], level])
    return found[places], places
