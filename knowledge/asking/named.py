"""Why an organisation was found by its name: the part of the name that was typed, in the name's own spelling."""

from collections.abc import Callable, Iterator, Sequence

from knowledge.asking.explain import band
from knowledge.asking.question import Question
from knowledge.asking.reasons import Match
from knowledge.asking.wanted import READING, SAME, SPELLING
from knowledge.entries import Entry
from knowledge.language import names, wards
from knowledge.language.blanks import has_words
from knowledge.language.text import level

# How alike a mistyped name must be. Of the first organisations found by a name they don't hold, where half of the
# names asked for belong to nobody, right were 84 of 100 from 0.85 on, 44 from 0.8 on, and 4 below (development set).
SURE, LIKELY = 0.85, 0.8
SHORT = 5  # folded characters; in a shorter name, one other character makes another name
KANA = "よみ"  # the field that says how a name is read
FOLDINGS: tuple[tuple[Callable[[str], str], str], ...] = ((level, SAME), (names.folded, SPELLING))


def by_name(question: Question, entry: Entry, likeness: float) -> tuple[list[Match], str]:
    """Return how the words met a name, and the band.

    They are parts of it, then all that was asked is met; or it is the nearest name, then it depends how near.
    """
    near = _nearest_first(question.text, entry.names)
    ways = list(_ways(question.text, entry))
    for folding, kind in FOLDINGS:
        for said in ways:
            for name in near:
                if all(found := [part(name, one, folding) for one in said]):
                    field = _field(name, entry)
                    how = READING if field == KANA else kind
                    return [Match(one, own, how, field) for one, own in zip(said, found, strict=True)], band(1)
    met = likeness if len(names.folded("".join(ways[-1]))) >= SHORT else 0
    return [Match(" ".join(ways[-1]), near[0], SPELLING, _field(near[0], entry))], band(met, SURE, LIKELY)


def part(name: str, said: str, folding: Callable[[str], str] = level) -> str:
    """Return the part of a name that equals some words when both are folded; nothing if there is none."""
    form = folding(said)
    starts = [at for at in range(len(name)) if form and form in folding(name[at:])]
    if not starts:
        return ""
    start = starts[-1]
    return next(name[start:end] for end in range(start + 1, len(name) + 1) if form in folding(name[start:end]))


def _ways(text: str, entry: Entry) -> Iterator[Sequence[str]]:
    """Yield what may stand in a name: all that was typed, its words, and the words without the entry's ward."""
    bare = text
    for ward in entry.wards:
        bare = bare.replace(ward, " ").replace(ward.removesuffix("区"), " ")
    yield [text]
    yield text.split()
    if has_words(bare) and wards.find(text):
        yield bare.split()


def _nearest_first(text: str, known: Sequence[str]) -> list[str]:
    alike = names.likenesses(names.folded(text), [names.folded(name) for name in known])
    return [known[at] for at in (-alike).argsort(kind="stable").tolist()]


def _field(name: str, entry: Entry) -> str:
    return next((field for field, text in entry.fields.items() if name in text), "名称")
