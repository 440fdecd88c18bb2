"""What the bands 高・中・低 mean: how often a hit of each is a good one, on the judged sets."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from search_quality import Judged, development, own, stored
from search_systems import SHARED, SPARE, Ours, remember_texts

from knowledge.asking.question import read
from knowledge.asking.ranking import rank
from knowledge.hits import Hit, explained

BANDS = ("高", "中", "低")
SHOWN = 5
Seen = Mapping[str, list[bool]]  # band → was each hit a good one


def tables() -> Iterator[str]:
    """Yield, for each set and kind of question, how often a hit of each band is relevant."""
    remember_texts()
    if SHARED.exists():
        for kind, count in (("cases", _as_found), ("orgs", _half_unknown)):
            judged = development(kind)
            ours = Ours(kind)
            ours.index(judged.documents)
            yield from _table(f"development set, {kind}", judged, ours, 1, count)
    judged = own()
    yield from _table("own set", judged, stored(judged), 2, _as_found)


Counted = Callable[[Sequence[Hit], Callable[[Hit], bool]], Iterator[list[Hit]]]


def _as_found(hits: Sequence[Hit], is_good: Callable[[Hit], bool]) -> Iterator[list[Hit]]:
    """Yield the hits as they are shown."""
    yield list(hits)


def _half_unknown(hits: Sequence[Hit], is_good: Callable[[Hit], bool]) -> Iterator[list[Hit]]:
    """Yield the hits, and those there would be if nobody had the name: such names are asked for, too."""
    yield list(hits)
    yield [hit for hit in hits if not is_good(hit)]


def _table(name: str, judged: Judged, ours: Ours, good: float, counted: Counted) -> Iterator[str]:
    yield f"\n{name}: share of hits graded {good:g} or better (hits)\n"
    yield "| | " + " | ".join(f"{which} {band}" for which in ("first hit", "all five") for band in BANDS) + " |"
    yield "|---" * (2 * len(BANDS) + 1) + "|"
    every: list[tuple[Seen, Seen]] = []
    for kind, questions in judged.questions.items():
        every.append(_seen(questions, judged, ours, good, counted))
        yield _row(kind, every[-1:])
    yield _row("all", every)


def _seen(questions: Mapping[str, str], judged: Judged, ours: Ours, good: float, counted: Counted) -> tuple[Seen, Seen]:
    first: dict[str, list[bool]] = defaultdict(list)
    five: dict[str, list[bool]] = defaultdict(list)
    for one, words in questions.items():
        asked = read(words)
        ranked, wanted = rank(asked, ours.catalogue, SHOWN + SPARE)
        hits, _ = explained(asked, wanted, [(place, ours.entries[place.id]) for place in ranked], {})

        def is_good(hit: Hit, one: str = one) -> bool:
            return judged.grades[one].get(hit.id, 0) >= good

        for shown in counted(hits, is_good):
            for at, hit in enumerate(shown[:SHOWN]):
                five[hit.band].append(is_good(hit))
                if at == 0:
                    first[hit.band].append(is_good(hit))
    return first, five


def _row(name: str, seen: Sequence[tuple[Seen, Seen]]) -> str:
    shares = [_share([good for one in seen for good in one[which].get(band, [])]) for which in (0, 1) for band in BANDS]
    return f"| {name} | " + " | ".join(shares) + " |"


def _share(found: Sequence[bool]) -> str:
    return f"{sum(found) / len(found):.2f} ({len(found)})" if found else "–"
