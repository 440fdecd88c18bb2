"""A part of the index that never changes: built from rows, merged with others, kept as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.index import postings
from knowledge.index.keys import Keys, name_pairs, word_key, word_keys
from knowledge.index.postings import Postings
from knowledge.index.rows import FIELDS, WORDS, Row
from knowledge.index.strings import Strings

Arrays = dict[str, npt.NDArray[Any]]
NAMES, SPELLING = "by_name", "by_spelling"  # fields whose rows are names or normal forms, not entries
PLAIN = ("owners", "by_id", "id_at")
NAME_LENGTH = 12.0  # pairs of a usual name or word


@dataclass(frozen=True)
class Segment:
    """Some entries, found by the words of their fields, by their names, and filtered by their columns."""

    ids: Strings
    fields: Mapping[str, Postings]  # FIELDS
    columns: Mapping[str, npt.NDArray[Any]]  # place, theme, party, published
    names: Strings  # folded, one after the other
    owners: npt.NDArray[np.uint32]  # whose name each is, ascending
    by_name: Postings
    forms: Strings  # every normal form
    by_spelling: Postings
    by_id: Keys  # the ids' keys in order
    id_at: npt.NDArray[np.uint32]  # and whose each is

    def __len__(self) -> int:
        return len(self.ids)

    def place(self, entry_id: str) -> int | None:
        """Return the number of an entry, if it is here."""
        key = word_key(entry_id)
        at = int(np.searchsorted(self.by_id, key))
        return int(self.id_at[at]) if at < len(self.by_id) and self.by_id[at] == key else None


def averages(rows: Sequence[Row]) -> dict[str, float]:
    """Return the usual length of each field."""
    return {name: max(1.0, float(np.mean([len(row.keys[name]) for row in rows] or [1]))) for name in FIELDS}


def built(rows: Sequence[Row], usual: Mapping[str, float]) -> Segment:
    """Build a segment; `usual` are the average lengths that the whole index goes by."""
    owners = np.repeat(np.arange(len(rows), dtype=np.uint32), [len(row.names) for row in rows])
    columns: dict[str, npt.NDArray[Any]] = {
        "place": np.array([row.place for row in rows], np.uint32),
        "theme": np.array([row.theme for row in rows], np.int64),
        "party": np.array([row.party for row in rows], np.int64),
        "published": np.array([row.published for row in rows], bool),
    }
    return _assembled(
        [row.id for row in rows],
        {name: postings.built([row.keys[name] for row in rows], usual[name]) for name in FIELDS},
        columns,
        [name for row in rows for name in row.names],
        owners,
        list(dict.fromkeys(form for row in rows for form in row.spelt)),
    )


def merged(parts: Sequence[tuple[Segment, npt.NDArray[np.bool_]]]) -> Segment:
    """Return several segments as one, each without the entries that aren't alive."""
    moved, total = [], 0
    for _, alive in parts:
        numbers = np.where(alive, total + np.cumsum(alive) - 1, -1)
        moved.append(numbers)
        total += int(alive.sum())
    segments = [segment for segment, _ in parts]
    fields = {
        name: postings.merged([(segment.fields[name], to) for segment, to in zip(segments, moved, strict=True)])
        for name in FIELDS
    }
    columns = {
        name: np.concatenate([segment.columns[name][alive] for segment, alive in parts]) for name in segments[0].columns
    }
    kept = [(segment, to, np.flatnonzero(to[segment.owners] >= 0)) for segment, to in zip(segments, moved, strict=True)]
    said = fields[WORDS].keys
    forms = dict.fromkeys(form for segment in segments for form in segment.forms)
    still = np.isin(word_keys(forms), said)  # a word that only an erased entry had is forgotten
    return _assembled(
        [segment.ids[at] for segment, alive in parts for at in np.flatnonzero(alive).tolist()],
        fields,
        columns,
        [segment.names[at] for segment, _, places in kept for at in places.tolist()],
        np.concatenate([to[segment.owners[places]] for segment, to, places in kept]).astype(np.uint32),
        [form for form, stays in zip(forms, still.tolist(), strict=True) if stays],
    )


def _assembled(
    ids: Sequence[str],
    fields: Mapping[str, Postings],
    columns: Mapping[str, npt.NDArray[Any]],
    names: Sequence[str],
    owners: npt.NDArray[np.uint32],
    forms: Sequence[str],
) -> Segment:
    keys = word_keys(ids)
    order = np.argsort(keys, kind="stable")
    return Segment(
        ids=Strings.of(ids),
        fields=fields,
        columns=columns,
        names=Strings.of(names),
        owners=owners,
        by_name=_spelt(names),
        forms=Strings.of(forms),
        by_spelling=_spelt(forms),
        by_id=keys[order],
        id_at=order.astype(np.uint32),
    )


def _spelt(names: Sequence[str]) -> Postings:
    return postings.of_keys(name_pairs(names), np.array([len(name) + 1 for name in names], np.int64), NAME_LENGTH)


def arrays(segment: Segment) -> Arrays:
    """Return a segment as named arrays, to be kept."""
    found: Arrays = {name: getattr(segment, name) for name in PLAIN}
    for name, strings in (("ids", segment.ids), ("names", segment.names), ("forms", segment.forms)):
        found |= {f"{name}.blob": strings.blob, f"{name}.starts": strings.starts}
    for name, field in {**segment.fields, NAMES: segment.by_name, SPELLING: segment.by_spelling}.items():
        found |= {f"{name}.{part}": getattr(field, part) for part in ("keys", "starts", "docs", "steps")}
    return found | {f"column.{name}": column for name, column in segment.columns.items()}


def of_arrays(found: Mapping[str, npt.NDArray[Any]]) -> Segment:
    """Return the segment that named arrays hold; raises KeyError when one is missing."""

    def field(name: str) -> Postings:
        return Postings(*(found[f"{name}.{part}"] for part in ("keys", "starts", "docs", "steps")))

    def strings(name: str) -> Strings:
        return Strings(found[f"{name}.blob"], found[f"{name}.starts"])

    columns = {name.removeprefix("column."): one for name, one in found.items() if name.startswith("column.")}
    return Segment(
        ids=strings("ids"),
        fields={name: field(name) for name in FIELDS},
        columns=columns,
        names=strings("names"),
        by_name=field(NAMES),
        forms=strings("forms"),
        by_spelling=field(SPELLING),
        **{name: found[name] for name in PLAIN},
    )
