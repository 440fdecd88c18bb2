"""One field of the index: for each key the entries that have it, and how strongly.

The strength is BM25's term frequency part, made for the entry's length when the field is built and
kept in eight bits: a search only looks up, multiplies and adds. An entry's number takes 16 bits where
there are few enough, which is most of an index's size.
Robertson & Zaragoza, The Probabilistic Relevance Framework (2009), equation 3.15.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.index.keys import Keys

K1, B = 0.7, 0.75  # tuned on the judged sets; a low K1 counts met words rather than repetitions
NARROW = 1 << 16  # entries that 16 bits can tell apart
STEPS = 255
FULL = (K1 + 1) / STEPS  # what one step of strength is worth

Docs = npt.NDArray[np.unsignedinteger[Any]]  # numbers of entries in their segment: 16 bits each, or 32
Steps = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Postings:
    """Keys in order, and for each from `starts` on its entries (ascending) and their strengths."""

    keys: Keys
    starts: npt.NDArray[np.int64]  # one more than keys
    docs: Docs
    steps: Steps

    def places(self, keys: Keys) -> npt.NDArray[np.int64]:
        """Return where each key is, -1 for one that no entry has."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        at = self.keys.searchsorted(keys)
        return np.where(self.keys.take(at, mode="clip") == keys, at, -1)

    def count(self, key: int) -> int:
        """Return how many entries have one key."""
        return len(self.of(key)[0])

    def of(self, key: int) -> tuple[Docs, Steps]:
        """Return the entries that have one key, and their strengths."""
        at = int(self.keys.searchsorted(key))
        return self.having(at) if at < len(self.keys) and self.keys[at] == key else self.having(-1)

    def counts(self, keys: Keys) -> npt.NDArray[np.int64]:
        """Return how many entries have each key."""
        at = self.places(keys)
        return np.where(at >= 0, self.starts[at + 1] - self.starts[at], 0)

    def having(self, place: int) -> tuple[Docs, Steps]:
        """Return the entries at a place, and their strengths; none at -1."""
        if place < 0:
            return self.docs[:0], self.steps[:0]
        start, end = int(self.starts[place]), int(self.starts[place + 1])
        return self.docs[start:end], self.steps[start:end]


def built(rows: Sequence[Keys], average: float) -> Postings:
    """Return the field of rows of keys (one a time it is said); `average` is the usual number of keys."""
    lengths = np.array([len(row) for row in rows], np.int64)
    return of_keys(np.concatenate([*rows, np.empty(0, np.int64)]), lengths, average)


def of_keys(keys: Keys, lengths: npt.NDArray[np.int64], average: float) -> Postings:
    """Return the field of rows that stand one after the other, each so many keys long."""
    docs = np.repeat(_numbers(np.arange(len(lengths)), len(lengths)), lengths)
    order = np.argsort(keys, kind="stable")  # entries stay ascending within a key
    keys, docs = keys[order], docs[order]
    new_key = np.append(np.ones(min(1, len(keys)), bool), keys[1:] != keys[:-1])
    new_doc = new_key | np.append(np.ones(min(1, len(keys)), bool), docs[1:] != docs[:-1])
    at = np.flatnonzero(new_doc)
    often = np.diff(np.append(at, len(keys)))
    docs, first = docs[at], np.flatnonzero(new_key[at])
    return Postings(keys[at][first], np.append(first, len(at)), docs, _strength(often, lengths[docs], average))


def merged(parts: Sequence[tuple[Postings, npt.NDArray[np.int64]]]) -> Postings:
    """Return several fields as one; each comes with its entries' new numbers, ascending, -1 for one that is gone."""
    count = 1 + max((int(moved.max(initial=-1)) for _, moved in parts), default=-1)
    kept = [_kept(postings, moved, count) for postings, moved in parts]
    keys = np.unique(np.concatenate([np.empty(0, np.int64), *(postings.keys for postings in kept)]))
    lengths = np.zeros(len(keys), np.int64)
    places = [np.searchsorted(keys, postings.keys) for postings in kept]
    for postings, place in zip(kept, places, strict=True):
        lengths[place] += np.diff(postings.starts)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    docs, steps = _numbers(np.empty(starts[-1], np.uint32), count), np.empty(starts[-1], np.uint8)
    filled = starts[:-1].copy()
    for postings, place in zip(kept, places, strict=True):
        counts = np.diff(postings.starts)
        into = np.repeat(filled[place] - postings.starts[:-1], counts)
        into += np.arange(len(into))
        docs[into], steps[into] = postings.docs, postings.steps
        filled[place] += counts
    return Postings(keys, starts, docs, steps)


def _kept(postings: Postings, moved: npt.NDArray[np.int64], count: int) -> Postings:
    """Return the field with its entries renumbered, without those that are gone and keys nobody has any more."""
    if moved.min(initial=0) >= 0:
        return Postings(postings.keys, postings.starts, _numbers(moved, count)[postings.docs], postings.steps)
    docs = moved[postings.docs]
    alive = docs >= 0
    before = np.concatenate([[0], np.cumsum(alive)])[postings.starts]
    used = np.flatnonzero(np.diff(before))
    starts = np.append(before[used], before[-1])
    return Postings(postings.keys[used], starts, _numbers(docs[alive], count), postings.steps[alive])


def _numbers(docs: npt.NDArray[Any], count: int) -> Docs:
    """Return numbers below `count` in as few bits as they need."""
    narrow: Docs = docs.astype(np.uint16 if count <= NARROW else np.uint32, copy=False)
    return narrow


def _strength(often: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], average: float) -> Steps:
    strength = often / (often + K1 * (1 - B + B * lengths / max(average, 1.0)))  # of 1; K1 + 1 is in FULL
    return np.maximum(1, np.rint(strength * STEPS)).astype(np.uint8)


def points(postings: Postings, keys: Keys, weights: Weights) -> tuple[Docs, Weights]:
    """Return what every key gives to the entries that have it: entries (some several times) and points."""
    at = postings.places(keys)
    at, weights = at[at >= 0], weights[at >= 0]
    starts, ends = postings.starts[at], postings.starts[at + 1]
    spans = [slice(*span) for span in zip(starts.tolist(), ends.tolist(), strict=True)]
    docs = np.concatenate([postings.docs[:0], *(postings.docs[span] for span in spans)])
    steps = np.concatenate([postings.steps[:0], *(postings.steps[span] for span in spans)])
    return docs, np.repeat(weights * np.float32(FULL), ends - starts) * steps
