"""The entries of one kind: a few segments that never change, and which of their entries are still alive."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.index import scoring, segment
from knowledge.index.keys import Keys, name_pairs, word_key, word_keys
from knowledge.index.postings import NARROW, points
from knowledge.index.rows import READINGS, Row
from knowledge.index.scoring import Ask, Limits
from knowledge.index.segment import Segment

FRESH = 64  # the newest rows, up to so many, are built again with each change; older ones stay as they are
SMALL, FEW = 4_096, 8  # so many small segments become one
LARGE, LARGEST = 50_000, NARROW  # entries of a segment that is left as it is, and of any
AT_ONCE = 20_000  # rows analysed before they become a segment
ALIKE = 50
COMMON, COMMON_PART, TELLING = 200, 20, 10


@dataclass
class Part:
    """A segment, and which of its entries are still current."""

    segment: Segment
    alive: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Named:
    """One folded name of an entry."""

    segment: Segment
    at: int

    @property
    def form(self) -> str:
        """The name."""
        return self.segment.names[self.at]

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.segment.ids[int(self.segment.owners[self.at])]

    @property
    def place(self) -> int:
        """The entry's wards as bits."""
        return int(self.segment.columns["place"][self.segment.owners[self.at]])


def settled(parts: Sequence[Part]) -> list[Segment]:
    """Return the parts as few segments without a trace of gone entries. A large segment without any stays as it is."""
    whole = [part.segment for part in parts if len(part.segment) > LARGE and part.alive.all()]
    groups: list[list[Part]] = [[]]
    for part in parts:
        if any(part.segment is one for one in whole):
            continue
        if sum(len(one.segment) for one in groups[-1]) + len(part.segment) > LARGEST:
            groups.append([])
        groups[-1].append(part)
    alive = [group for group in groups if any(part.alive.any() for part in group)]
    return whole + [segment.merged([(part.segment, part.alive) for part in group]) for group in alive]


class Catalogue:
    """What is known of one kind. The cost of a change depends on what is new, not on what is there."""

    def __init__(self, kind: str, segments: Sequence[Segment] = (), usual: dict[str, float] | None = None) -> None:
        self.kind = kind
        self.parts = [Part(one, np.ones(len(one), bool)) for one in segments]
        self.usual = usual or segment.averages([])
        self._fresh: dict[str, Row] = {}  # the rows of the last part, while it is still built anew
        self._rows: list[Row] = []
        self._settling: list[Segment] = []  # given to somebody by standing(); they aren't merged meanwhile

    # ── building and changing

    def add(self, row: Row) -> None:
        """Take a row of a catalogue that is built from nothing; end with built()."""
        self._rows.append(row)
        if len(self._rows) >= AT_ONCE:
            self._cut()

    def built(self) -> None:
        """Make everything added searchable."""
        if self._rows:
            self._cut()
        before = self.standing()
        self.replace(before, settled(before))

    def change(self, rows: Iterable[Row], gone: Iterable[str]) -> None:
        """Bring in rows that are new or different, and forget others."""
        rows = list(rows)
        for entry_id in (*gone, *(row.id for row in rows)):
            self._kill(entry_id)
        if self._fresh:
            self.parts.pop()
        self._fresh |= {row.id: row for row in rows}
        if not self.parts and self._fresh:
            self.usual = segment.averages(list(self._fresh.values()))
        if self._fresh:
            self._append(segment.built(list(self._fresh.values()), self.usual))
        if len(self._fresh) >= FRESH:
            self._fresh = {}
            small = [part for part in self.parts if len(part.segment) <= SMALL and not self._is_settling(part)]
            if len(small) >= FEW:
                before = [Part(part.segment, part.alive.copy()) for part in small]
                rest = [part for part in self.parts if all(part is not one for one in small)]
                self.parts = small
                self.replace(before, settled(before))
                self.parts += rest

    def _kill(self, entry_id: str) -> None:
        if self._fresh.pop(entry_id, None) is not None and not self._fresh:
            self.parts.pop()
        self._bury(entry_id)

    def _bury(self, entry_id: str) -> None:
        for part in self.parts:
            at = part.segment.place(entry_id)
            if at is not None and part.alive[at]:
                part.alive[at] = False

    def _cut(self) -> None:
        if not self.parts:
            self.usual = segment.averages(self._rows)
        self._append(segment.built(self._rows, self.usual))
        self._rows = []

    def _append(self, made: Segment) -> None:
        self.parts.append(Part(made, np.ones(len(made), bool)))

    def standing(self) -> list[Part]:
        """Return the parts as they are now, for settled(); later changes go into parts of their own."""
        self._fresh = {}
        self._settling = [part.segment for part in self.parts]
        return [Part(part.segment, part.alive.copy()) for part in self.parts]

    def _is_settling(self, part: Part) -> bool:
        return any(part.segment is one for one in self._settling)

    def replace(self, before: Sequence[Part], after: Sequence[Segment]) -> None:
        """Replace segments by the settled ones made of them. Entries that have gone meanwhile stay gone."""
        now = {id(part.segment): part for part in self.parts}
        later = [part for part in self.parts if all(part.segment is not one.segment for one in before)]
        self.parts = []
        for one in after:
            self._append(one)
        for part in before:
            for at in np.flatnonzero(part.alive & ~now[id(part.segment)].alive).tolist():
                self._bury(part.segment.ids[at])  # not what it has become: that is in a later part
        self.parts += later
        self._settling = [one for one in self._settling if all(one is not part.segment for part in before)]

    def has_dead(self) -> bool:
        """Tell whether any segment still holds an entry that is gone."""
        return any(not part.alive.all() for part in self.parts)

    # ── looking up

    @property
    def count(self) -> int:
        """How many entries can be found."""
        return sum(int(np.count_nonzero(part.alive)) for part in self.parts)

    def informations(self, field: str, keys: Keys) -> npt.NDArray[np.float32]:
        """Return how much each key tells (BM25's inverse document frequency); 0 for one that nobody has."""
        seen = self._counts(field, keys)
        count = max(self._total, int(seen.max(initial=0)))
        told = np.log1p((count + 0.5 - seen) / (seen + 0.5), dtype=np.float32)
        told[seen == 0] = 0
        return told

    def information(self, field: str, value: str) -> float:
        """Return how much a word tells; 0 for one that nobody has."""
        seen = self._seen(field, value)
        return math.log(1 + (max(self._total, seen) - seen + 0.5) / (seen + 0.5)) if seen else 0.0

    @property
    def rarest(self) -> float:
        """How much a word that nobody has would tell."""
        return math.log(1 + 2 * (self._total + 0.5))

    def holds(self, field: str, value: str) -> bool:
        """Tell whether some entry has a word."""
        return self._seen(field, value) > 0

    def shows(self, field: str, keys: Keys) -> npt.NDArray[np.bool_]:
        """Tell which keys some entry has that everybody may see."""
        there = np.zeros(len(keys), bool)
        for part in self.parts:
            postings, seen = part.segment.fields[field], part.alive & part.segment.columns["published"]
            places = postings.places(keys)
            for at in np.flatnonzero((places >= 0) & ~there).tolist():
                there[at] = seen[postings.having(int(places[at]))[0]].any()
        return there

    def _counts(self, field: str, keys: Keys) -> npt.NDArray[np.int64]:
        return sum((part.segment.fields[field].counts(keys) for part in self.parts), np.zeros(len(keys), np.int64))

    def _seen(self, field: str, value: str) -> int:
        key = word_key(value)
        return sum(part.segment.fields[field].count(key) for part in self.parts)

    @property
    def _total(self) -> int:
        return sum(len(part.segment) for part in self.parts)

    def search(self, ask: Ask, limits: Limits, limit: int) -> list[tuple[float, str]]:
        """Return (score, id) of the entries that meet the question best, best first."""
        found: list[tuple[float, str]] = []
        for part in self.parts:
            scored = scoring.scores(part.segment, part.alive, ask, limits)
            found += [(score, part.segment.ids[at]) for score, at in scoring.best(scored, limit)]
        return sorted(found, key=lambda one: -one[0])[:limit]

    def fitting(self, limits: Limits) -> set[str]:
        """Return the ids of the entries that the limits allow."""
        found: set[str] = set()
        for part in self.parts:
            may = scoring.allowed(part.segment, part.alive, limits)
            places = np.arange(len(part.segment)) if may is None else np.flatnonzero(may)
            found.update(part.segment.ids[at] for at in places.tolist())
        return found

    def named_like(self, forms: Sequence[str], limits: Limits, limit: int) -> list[Named]:
        """Return the folded names that share the most telling pairs of characters."""
        keys = np.unique(name_pairs(forms))
        seen = sum((part.segment.by_name.counts(keys) for part in self.parts), np.zeros(len(keys), np.int64))
        count = sum(len(part.segment.names) for part in self.parts)
        told = np.argsort(seen, kind="stable")
        told = told[(seen[told] <= max(COMMON, count // COMMON_PART)) | (np.arange(len(told)) < TELLING)]
        keys, weights = keys[told], np.log(1 + (count - seen[told] + 0.5) / (seen[told] + 0.5)).astype(np.float32)
        found: list[tuple[float, Segment, int]] = []
        for part in self.parts:
            scored = scoring.total([points(part.segment.by_name, keys, weights)], len(part.segment.names))
            if (may := scoring.allowed(part.segment, part.alive, limits)) is not None:
                scored *= may[part.segment.owners]
            found += [(score, part.segment, at) for score, at in scoring.best(scored, limit)]
        found.sort(key=lambda one: -one[0])
        return [Named(one, at) for _, one, at in found[:limit]]

    def spelt_like(self, word: str) -> list[str]:
        """Return the known words that share the most pairs of characters with this one."""
        keys = np.unique(name_pairs([word]))
        shared: Counter[str] = Counter()
        for part in self.parts:
            at = part.segment.by_spelling.places(keys)
            near = [part.segment.by_spelling.having(place)[0] for place in at[at >= 0].tolist()]
            counts = np.bincount(np.concatenate(near)) if near else np.empty(0, np.int64)
            for count, form in scoring.best(counts.astype(np.float32), ALIKE):
                shared[part.segment.forms[form]] = max(int(count), shared[part.segment.forms[form]])
        return [form for form, _ in shared.most_common(ALIKE)]

    def reads(self, readings: Sequence[str], *, published: bool = False) -> list[bool]:
        """Tell which readings some word of an entry has, or of a published one."""
        keys = word_keys(readings)
        if published:
            return [bool(there) for there in self.shows(READINGS, keys).tolist()]
        return [bool(count) for count in self._counts(READINGS, keys).tolist()]
