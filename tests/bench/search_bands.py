"""What the bands 高・中・低 mean: how often a hit of each is a good one, on the judged sets."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from search_quality import SETS, Judged, development, own, stored
from search_systems import SHARED, Ours, remember_texts

from knowledge.explain import HIGH, MIDDLE, why
from knowledge.question import read
from knowledge.ranking import rank

EDGES = (0.2, MIDDLE, 0.5, HIGH, 0.8, 1.01)
SHOWN = 5


def tables() -> Iterator[str]:
    """Yield, for each set and kind of question, how often a hit of some coverage is relevant."""
    remember_texts()
    if SHARED.exists():
        judged = development(next(iter(SETS)))
        ours = Ours("cases")
        ours.index(judged.documents)
        yield from _table("development questions", judged, ours, 1)
    judged = own()
    yield from _table("own set", judged, stored(judged), 2)


def _table(name: str, judged: Judged, ours: Ours, good: float) -> Iterator[str]:
    yield f"\n{name}: share of hits graded {good:g} or better, first hit / first {SHOWN} (hits)\n"
    yield "| coverage below | " + " | ".join(f"{edge:.2f}" for edge in EDGES) + " |"
    yield "|---" * (len(EDGES) + 1) + "|"
    for kind, questions in judged.questions.items():
        seen: dict[float, list[list[bool]]] = defaultdict(lambda: [[], []])
        for one, words in questions.items():
            places, wanted = rank(read(words), ours.catalogue, SHOWN)
            for at, place in enumerate(places):
                matches, coverage = why(read(words).text, wanted, ours.entries[place.id].fields)
                edge = next(edge for edge in EDGES if coverage < edge)
                relevant = judged.grades[one].get(place.id, 0) >= good
                if matches:
                    seen[edge][1].append(relevant)
                    if at == 0:
                        seen[edge][0].append(relevant)
        yield f"| {kind} | " + " | ".join(" / ".join(map(_share, seen[edge])) for edge in EDGES) + " |"


def _share(found: Sequence[bool]) -> str:
    return f"{sum(found) / len(found):.2f} ({len(found)})" if found else "–"
