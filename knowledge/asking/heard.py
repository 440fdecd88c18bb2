"""What a question says in kana, understood as words of a catalogue with that reading: しょくどう as 食堂."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.index.catalogue import Catalogue
from knowledge.language.text import Word, fold, katakana

LONGEST_READING, SHORTEST_READING = 12, 3
SHORT_RUN = 4  # kana typed alone, such as 「ゆか」: readings of two count there; inside a sentence they are noise

_KANA = re.compile(r"[ぁ-ゖァ-ヺー]{2,}")
_CHAINS = re.compile(
    "したいです|したい|しています|している|されている|ください|ありますか|でしょうか|について|のために|ために|のための"
    "|ようにする|ように|ことができる|できますか|できる|ところ|どうすれば|いいですか|ですか|ました|ますか|ません|どこで"
    "|なにを|という|によって"
)


@dataclass(frozen=True)
class Heard:
    """A piece of kana that is the reading of words in the catalogue; and its whole run, if pieces make all of it."""

    piece: str
    whole: str = ""


def heard(text: str, catalogue: Catalogue, least: int, *, published: bool) -> list[Heard]:
    """Return the pieces of kana that are readings of words in the catalogue, without chains of function words.

    Runs shorter than `least` aren't looked at. A piece of two makes a short run together with others, or says nothing.
    """
    found = [run for run in _KANA.findall(_CHAINS.sub(" ", fold(text))) if len(run) >= least]
    spans = [(at, *span) for at, run in enumerate(found) for span in _spans(len(run), least)]
    readings = [katakana(run) for run in found]
    is_read = catalogue.reads([readings[at][start:end] for at, start, end in spans], published=published)
    known: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for (at, *span), read in zip(spans, is_read, strict=True):
        if read:
            known[at].add((span[0], span[1]))
    return [piece for at in sorted(known) for piece in _pieces(found[at], known[at])]


def shreds(said: Sequence[Word], piece: str) -> frozenset[str]:
    """Return the kana words that are only parts of one that was recognised by its reading (しょく of しょくどう)."""
    inside = {word.surface for word in said if word.surface in piece and len(word.surface) < len(piece)}
    return frozenset(surface for surface in inside if _KANA.fullmatch(surface))


def _pieces(run: str, known: set[tuple[int, int]]) -> Iterator[Heard]:
    cover = _cover(len(run), known)
    is_whole = sum(end - start for start, end in cover) == len(run)
    if not is_whole:
        cover = _cover(len(run), {span for span in known if span[1] - span[0] >= SHORTEST_READING})
    for start, end in cover:
        yield Heard(run[start:end], run if is_whole else "")


def _spans(length: int, least: int) -> Iterator[tuple[int, int]]:
    shortest = max(least, SHORTEST_READING if length > SHORT_RUN else 2)
    for end in range(shortest, length + 1):
        for start in range(max(0, end - LONGEST_READING), end - shortest + 1):
            yield start, end


def _cover(length: int, known: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Lay known readings over a run of kana so that they cover most of it with the fewest."""
    ending: dict[int, list[int]] = defaultdict(list)
    for start, end in known:
        ending[end].append(start)
    best: list[tuple[int, int, list[tuple[int, int]]]] = [(0, 0, [])]  # covered, minus pieces, pieces
    for end in range(1, length + 1):
        choice = best[end - 1]
        for start in ending[end]:
            covered, fewer, pieces = best[start]
            choice = max(choice, (covered + end - start, fewer - 1, [*pieces, (start, end)]))
        best.append(choice)
    return best[-1][2]
