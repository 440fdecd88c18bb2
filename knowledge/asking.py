"""A question as it is searched for: its words, everything each may be written as, and its filters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from knowledge import synonyms, wards
from knowledge.entries import CASE, ORGANISATION
from knowledge.index import Catalogue
from knowledge.text import TRADE, Word, fold, katakana, words
from knowledge.themes import THEMES

SAME, SYNONYM, READING, SPELLING = "同じ語", "言い換え", "読み", "表記ゆれ"
SYNONYM_WEIGHT, READING_WEIGHT, UNSURE_READING, CORRECTION_WEIGHT = 0.3, 1.0, 0.6, 0.9
CLOSE_ENOUGH = 72  # RapidFuzz ratio from which a known word counts as what was meant
SIMPLE = 12  # corrections only for questions of so many words: a long one has enough right ones
LONGEST_READING, SHORTEST_READING = 12, 3
SHORT_RUN = 4  # kana typed alone, such as 「ゆか」: readings of two count there; inside a sentence they are noise

_FILTER = re.compile(r"(区|ward|テーマ|theme|種別|kind):\s*([^\s:]+)")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー]{2,}")
_KATAKANA = re.compile(r"[ァ-ヺー]{4,}")  # a foreign word mistyped falls into shreds
_CHAINS = re.compile(
    "したいです|したい|しています|している|されている|ください|ありますか|でしょうか|について|のために|ために|のための"
    "|ようにする|ように|ことができる|できますか|できる|ところ|どうすれば|いいですか|ですか|ました|ますか|ません|どこで"
    "|なにを|という|によって"
)
_KINDS = {"事例": CASE, CASE: CASE, "団体": ORGANISATION, "組織": ORGANISATION, ORGANISATION: ORGANISATION}


@dataclass(frozen=True)
class Term:
    """One way to find a word: in which field, as what, at what weight, and what to call it."""

    field: str
    value: str
    weight: float
    kind: str


@dataclass
class Wanted:
    """One word of the question and every way it may be found."""

    word: str
    terms: list[Term] = field(default_factory=list)
    information: float = 0.0  # how much it tells in this catalogue

    @property
    def is_own(self) -> bool:
        """Tell whether it is a word of the question itself, not a reading or an expression laid over some."""
        return any(term.kind == SAME for term in self.terms)


@dataclass(frozen=True)
class Question:
    """What was asked, its filters taken out."""

    text: str
    ward: str | None = None
    theme: str | None = None
    kind: str | None = None


def read(typed: str) -> Question:
    """Take filters such as 区:鶴見 out of what was typed; one that names nothing stays a word."""
    taken: dict[str, str] = {}

    def take(hit: re.Match[str]) -> str:
        name, value = hit[1], hit[2]
        if name in ("区", "ward") and (ward := wards.match(value).ward):
            taken["ward"] = ward
        elif name in ("テーマ", "theme") and (theme := _theme(value)):
            taken["theme"] = theme
        elif name in ("種別", "kind") and value in _KINDS:
            taken["kind"] = _KINDS[value]
        else:
            return hit[0]
        return " "

    text = _FILTER.sub(take, fold(typed))
    return Question(text.strip(), taken.get("ward"), taken.get("theme"), taken.get("kind"))


def _theme(value: str) -> str | None:
    return next((theme for theme in THEMES if value in theme), None)


def wanted(text: str, catalogue: Catalogue) -> list[Wanted]:
    """Return the question's words, each with the ways it may be written in this catalogue."""
    read_as = list(_by_reading(text, catalogue))
    found: dict[str, Wanted] = {}
    for word in _telling(words(text)):
        if not _is_shred(word, read_as):
            found.setdefault(word.form, Wanted(word.surface, _terms(word)))
    for word in synonyms.expressions(text):
        item = found.setdefault(word.surface, Wanted(word.surface))
        item.terms += [Term("alike", group, SYNONYM_WEIGHT, SYNONYM) for group in word.groups]
    for item in read_as:
        found.setdefault(f"{item.word}…", item)
    for item in found.values():
        if len(found) <= SIMPLE:
            _correct(item, catalogue)
        item.information = _information(item, catalogue)
    return list(found.values())


def _telling(said: Sequence[Word]) -> list[Word]:
    return [word for word in said if word.form not in TRADE] or list(said)


def _is_shred(word: Word, read_as: Sequence[Wanted]) -> bool:
    """Tell whether a kana word is only a piece of one that was recognised by its reading (しょく of しょくどう)."""
    if not _KANA.fullmatch(word.surface):
        return False
    return any(len(item.word) > len(word.surface) and word.surface in item.word for item in read_as)


def _information(item: Wanted, catalogue: Catalogue) -> float:
    """Return how much a word tells: as the best known way to find it, else as an unknown word."""
    shelf = catalogue.shelf
    known = [shelf.information(t.field, t.value) for t in item.terms if shelf.holds(t.field, t.value)]
    own = [shelf.information(t.field, t.value) for t in item.terms if t.kind == SAME]
    return max(known or own, default=0.0)


def _terms(word: Word) -> list[Term]:
    alike = [Term("alike", group, SYNONYM_WEIGHT, SYNONYM) for group in word.groups]
    return [Term("words", word.form, 1.0, SAME), *alike]


def _by_reading(text: str, catalogue: Catalogue) -> Iterator[Wanted]:
    """Find words of the catalogue typed in kana, chains of function words left out first."""
    for run in _KANA.finditer(_CHAINS.sub(" ", text)):
        typed = run[0]
        for start, end in _cover(katakana(typed), catalogue):
            forms = catalogue.readings[katakana(typed[start:end])]
            other = [form for form in forms if form != typed[start:end]]
            weight = READING_WEIGHT if len(other) == 1 else UNSURE_READING
            if other:
                terms = [Term("words", form, weight, READING) for form in sorted(other)]
                yield Wanted(typed[start:end], terms)
        if _KATAKANA.fullmatch(typed) and typed not in catalogue.vocabulary:
            yield from (Wanted(typed, [term]) for term in _nearest(typed, catalogue))


def _cover(run: str, catalogue: Catalogue) -> list[tuple[int, int]]:
    """Lay known readings over a run of kana so that they cover most of it with the fewest."""
    shortest = SHORTEST_READING if len(run) > SHORT_RUN else 2
    best: list[tuple[int, int, list[tuple[int, int]]]] = [(0, 0, [])]  # covered, minus pieces, pieces
    for end in range(1, len(run) + 1):
        choice = best[end - 1]
        for start in range(max(0, end - LONGEST_READING), end - shortest + 1):
            if run[start:end] in catalogue.readings:
                covered, fewer, pieces = best[start]
                choice = max(choice, (covered + end - start, fewer - 1, [*pieces, (start, end)]))
        best.append(choice)
    return best[-1][2]


def _correct(item: Wanted, catalogue: Catalogue) -> None:
    """Add the nearest known word when nothing of the catalogue is written so."""
    if len(item.word) < 3 or any(catalogue.shelf.holds(term.field, term.value) for term in item.terms):
        return
    item.terms += _nearest(item.word, catalogue)


def _nearest(word: str, catalogue: Catalogue) -> list[Term]:
    near = process.extractOne(word, catalogue.spelt_like(word), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
    return [Term("words", near[0], CORRECTION_WEIGHT * near[1] / 100, SPELLING)] if near else []
