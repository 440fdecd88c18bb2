"""Small entries for the tests of the index, analysed as real ones are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from knowledge.entries import CASE, ORGANISATION, Entry
from knowledge.index import segment
from knowledge.index.catalogue import Catalogue, Part, settled
from knowledge.index.keys import text_pairs, word_keys
from knowledge.index.rows import PAIRS, WORDS, Row, rows
from knowledge.index.scoring import Ask, Limits
from knowledge.index.segment import Segment

TEXTS = (
    "空き家を図書室にする",
    "川に蛍を呼びもどす",
    "川の清掃と生きもの調べ",
    "子ども食堂で夕ごはん。食堂は週に二度、食堂の裏には畑",
    "津波からの避難訓練",
    "商店街のウォーキング",
    "図書室の読み聞かせと食堂",
    "",
)
ANYWHERE = Limits()
QUESTIONS = ("図書", "川", "食堂 畑", "蛍 清掃 避難", "空き家", "ウォーキング 津波 図書 川")
USUAL = dict.fromkeys(("words", "readings", "alike", "pairs", "sounds"), 5.0)


def row(entry: Entry) -> Row:
    """Analyse one entry."""
    (made,) = rows([entry])
    return made


@cache
def case(
    entry_id: str,
    text: str,
    *,
    wards: tuple[str, ...] = (),
    theme: str = "",
    party: str = "",
    published: bool = True,
) -> Row:
    """Return an analysed case."""
    return row(Entry(entry_id, CASE, text, "", "", {"件名": text}, (), theme, party, published, wards=wards))


@cache
def organisation(entry_id: str, *names: str, wards: tuple[str, ...] = ()) -> Row:
    """Return an analysed organisation that is called one or more names."""
    return row(Entry(entry_id, ORGANISATION, "", "", "", {"名称": "、".join(names)}, names, wards=wards))


def segment_of(*rows: Row) -> Segment:
    """Build a segment in which five words are a usual length."""
    return segment.built(rows, USUAL)


@cache
def asking(words: str) -> Ask:
    """Return a question for words and pairs of characters; the words that come first tell most."""
    said, pairs = word_keys(words.split()), np.unique(text_pairs(words))
    weights = np.linspace(2, 1, len(said)).astype(np.float32)
    return Ask({WORDS: (said, weights), PAIRS: (pairs, np.full(len(pairs), 0.5, np.float32))})


def answers(catalogue: Catalogue, limits: Limits = ANYWHERE) -> dict[str, list[tuple[float, str]]]:
    """Return what every question finds, with the points; equals in the order of their ids."""
    found = {one: catalogue.search(asking(one), limits, 100) for one in QUESTIONS}
    return {one: sorted((-round(score, 4), entry_id) for score, entry_id in hits) for one, hits in found.items()}


def catalogue_of(rows: Iterable[Row], kind: str = CASE) -> Catalogue:
    """Build a catalogue from nothing, the way a first start does."""
    made = Catalogue(kind)
    for one in rows:
        made.add(one)
    made.built()
    return made


def alike(catalogue: Catalogue, rows: Sequence[Row]) -> Catalogue:
    """Build from nothing what a catalogue should be by now, with the same usual lengths."""
    return Catalogue(catalogue.kind, [segment.built(rows, catalogue.usual)] if rows else [], catalogue.usual)


def found(catalogue: Catalogue, words: str, limits: Limits = ANYWHERE) -> list[str]:
    """Return the ids of the best, best first."""
    return [entry_id for _, entry_id in catalogue.search(asking(words), limits, 10)]


@dataclass
class Story:
    """A catalogue, what it should hold, and whoever is settling it in the meantime."""

    catalogue: Catalogue
    rows: dict[str, Row] = field(default_factory=dict)
    settling: tuple[list[Part], list[Segment]] | None = None

    def change(self, rows: list[Row], gone: set[str]) -> None:
        self.catalogue.change(rows, gone)
        self.rows = {key: row for key, row in self.rows.items() if key not in gone} | {row.id: row for row in rows}

    def stand(self) -> None:
        before = self.catalogue.standing()
        self.settling = before, settled(before)

    def settle(self) -> None:
        if self.settling:
            self.catalogue.replace(*self.settling)
            self.settling = None

    def holds(self) -> None:
        other = alike(self.catalogue, list(self.rows.values()))
        assert self.catalogue.count == other.count == len(self.rows)
        for limits in (ANYWHERE, Limits(published=True)):
            assert answers(self.catalogue, limits) == answers(other, limits)
