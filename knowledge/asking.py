"""A question as it is searched for: its words, and everything each may be written as."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from knowledge import synonyms
from knowledge.index.catalogue import Catalogue
from knowledge.index.keys import word_keys
from knowledge.index.rows import ALIKE, READINGS, WORDS
from knowledge.text import TRADE, Word, fold, katakana, parts, runs, words

SAME, SYNONYM, READING, SPELLING = "同じ語", "言い換え", "読み", "表記ゆれ"
SYNONYM_WEIGHT, READING_WEIGHT, CORRECTION_WEIGHT, JOINED_WEIGHT = 0.5, 1.0, 0.8, 0.4
CLOSE_ENOUGH = 0.6  # of RapidFuzz's OSA similarity, which counts a swap as one edit
CORRECTED = 6  # unknown words looked for, and none in a long text: it has enough right ones
SHORT = 6  # words of a question in which each matters: there a space in the wrong place is looked through
LONG = 20  # words from which on a text says enough in kanji, and what is only heard in it is mostly chatter
FIRST = 2.0  # what a word of a long text's first paragraph counts
LONGEST_READING, SHORTEST_READING = 12, 3
SHORT_RUN = 4  # kana typed alone, such as 「ゆか」: readings of two count there; inside a sentence they are noise

_KANA = re.compile(r"[ぁ-ゖァ-ヺー]{2,}")
_FOREIGN = re.compile(r"[ァ-ヺー]{3,}|[a-z]{3,}")  # mistyped, it falls into shreds: looked up whole
_CHAINS = re.compile(
    "したいです|したい|しています|している|されている|ください|ありますか|でしょうか|について|のために|ために|のための"
    "|ようにする|ように|ことができる|できますか|できる|ところ|どうすれば|いいですか|ですか|ました|ますか|ません|どこで"
    "|なにを|という|によって"
)


@dataclass(slots=True)
class Term:
    """One way to find a word: in which field, as what, at what weight, what to call it, and how much it tells."""

    field: str
    value: str
    weight: float
    kind: str
    information: float = 0.0  # 0: no entry of this catalogue has it


@dataclass(slots=True)
class Wanted:
    """One word of the question and every way it may be found."""

    word: str
    terms: list[Term] = field(default_factory=list)
    information: float = 0.0  # how much it tells: as the best known way to find it, else as an unknown word
    is_joined: bool = False  # seen only when a space is looked through
    stands: bool = False  # in the place of words of the question that were only pieces of it

    @property
    def is_own(self) -> bool:
        """Tell whether it is a word of the question itself, not a reading or an expression laid over some."""
        return self.stands or any(term.kind == SAME for term in self.terms)

    @property
    def is_known(self) -> bool:
        """Tell whether any entry can be found by it."""
        return any(term.information for term in self.terms)


def wanted(text: str, catalogue: Catalogue, *, published: bool = False) -> list[Wanted]:
    """Return the question's words, each with the ways it may be written in this catalogue.

    Who may see `published` entries only learns from no correction what the others say.
    """
    said = [word for word in parts(text) if word.tells]
    telling = [word for word in said if word.form not in TRADE] or said
    read_as = list(dict.fromkeys(_by_reading(text, catalogue, SHORT_RUN if len(telling) > LONG else 0, published)))
    found: dict[str, Wanted] = {}
    first = _first_said(text) if len(telling) > LONG else frozenset[str]()
    shreds = {piece: _shreds(telling, piece) for piece in read_as}
    shredded = frozenset[str]().union(*shreds.values())
    for word in telling:
        if word.surface not in shredded:
            found.setdefault(word.form, Wanted(word.surface, _terms(word, FIRST if word.form in first else 1.0)))
    for expression in dict.fromkeys(synonyms.expressions(text)):
        item = found.setdefault(expression.surface, Wanted(expression.surface))
        item.terms += [Term(ALIKE, group, SYNONYM_WEIGHT, SYNONYM) for group in expression.groups]
    for piece in read_as:
        _heard(found, piece, stands=bool(shreds[piece]))
    if len(telling) <= SHORT:
        _join(found, text)
    _tell([term for item in found.values() for term in item.terms], catalogue, published)
    if len(telling) <= LONG:
        _correct(found, text, catalogue, published)
    for item in found.values():
        told = max((term.information for term in item.terms), default=0.0)
        item.information = told or (catalogue.rarest if item.is_own else 0.0)
    if len(found) > LONG:
        _shorten(found)
    return list(found.values())


def _tell(terms: Sequence[Term], catalogue: Catalogue, published: bool) -> None:
    """Note how much each term tells in this catalogue, a field at a time."""
    for name in {term.field for term in terms}:
        chosen = [term for term in terms if term.field == name]
        keys = word_keys([term.value for term in chosen])
        told = catalogue.informations(name, keys)
        if published:  # a word of others only is one that nobody has
            told[~catalogue.shows(name, keys)] = 0
        for term, information in zip(chosen, told.tolist(), strict=True):
            term.information = information


def _shorten(found: dict[str, Wanted]) -> None:
    """Keep other ways than the word itself for the most telling words of a long text only."""
    for item in sorted(found.values(), key=lambda item: -item.information)[LONG:]:
        item.terms = item.terms[:1]


def _first_said(text: str) -> frozenset[str]:
    """Return the words of a text's first paragraph: of five answers, the one that says what it is about."""
    first, _, rest = text.partition("\n\n")
    return frozenset(word.form for word in words(first)) if rest else frozenset()


def _terms(word: Word, weight: float) -> list[Term]:
    alike = [Term(ALIKE, group, SYNONYM_WEIGHT * weight, SYNONYM) for group in word.groups]
    return [Term(WORDS, word.form, weight, SAME), *alike]


def _shreds(said: Sequence[Word], piece: str) -> frozenset[str]:
    """Return the kana words that are only parts of one that was recognised by its reading (しょく of しょくどう)."""
    inside = {word.surface for word in said if word.surface in piece and len(word.surface) < len(piece)}
    return frozenset(surface for surface in inside if _KANA.fullmatch(surface))


def _heard(found: dict[str, Wanted], piece: str, *, stands: bool) -> None:
    """Let a piece of kana also be found as what it may be the reading of."""
    term = Term(READINGS, katakana(piece), READING_WEIGHT, READING)
    same = next((item for item in found.values() if item.word == piece), None)
    if same is None:
        found[f"{piece}…"] = Wanted(piece, [term], stands=stands)
    else:
        same.terms.append(term)


def _by_reading(text: str, catalogue: Catalogue, least: int, published: bool) -> list[str]:
    """Return the pieces of kana that words of the catalogue are read as, chains of function words left out."""
    heard = [run for run in _KANA.findall(_CHAINS.sub(" ", fold(text))) if len(run) >= least]
    spans = [(at, *span) for at, run in enumerate(heard) for span in _spans(len(run), least)]
    readings = [katakana(run) for run in heard]
    is_read = catalogue.reads([readings[at][start:end] for at, start, end in spans], published=published)
    known: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for (at, *span), read in zip(spans, is_read, strict=True):
        if read:
            known[at].add((span[0], span[1]))
    return [heard[at][start:end] for at in sorted(known) for start, end in _cover(len(heard[at]), known[at])]


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


def _join(found: dict[str, Wanted], text: str) -> None:
    """Look through the spaces of a short question: 「口 語聖書」 may be 口語 聖書."""
    pieces = runs(fold(text))
    if len(pieces) < 2:
        return
    for word in parts("".join(pieces)):
        if word.tells and word.form not in found and word.surface not in pieces:
            found[word.form] = Wanted(word.surface, [Term(WORDS, word.form, JOINED_WEIGHT, SPELLING)], is_joined=True)


def _correct(found: dict[str, Wanted], text: str, catalogue: Catalogue, published: bool) -> None:
    """Add the nearest known word for one that nothing of the catalogue is written as."""
    wholes = [
        run for run in dict.fromkeys(_FOREIGN.findall(fold(text))) if _is_broken(run, found, catalogue, published)
    ]
    inside = [item for item in found.values() if len(item.word) > 2 and item.is_own and not item.is_known]
    words_left = [item.word for item in inside if not any(item.word in run for run in wholes)]
    for word in (*wholes, *words_left)[:CORRECTED]:
        if near := nearest(word, catalogue, published=published):
            told = catalogue.information(WORDS, near[0])
            term = Term(WORDS, near[0], CORRECTION_WEIGHT * near[1], SPELLING, told)
            _put_right(found, word, term)


def _is_broken(run: str, found: Mapping[str, Wanted], catalogue: Catalogue, published: bool) -> bool:
    """Tell whether a foreign word fell into pieces, one of which nobody has: 「ウォーキンク」, not 「フードバンク」."""
    if catalogue.shows(WORDS, word_keys([run])).all() if published else catalogue.holds(WORDS, run):
        return False
    pieces = [item for item in found.values() if item.word in run and item.is_own]
    return not pieces or not all(item.is_known for item in pieces)


def _put_right(found: dict[str, Wanted], word: str, term: Term) -> None:
    """Let a word also be found as what it was meant to be; its unknown pieces tell nothing any more."""
    for key in [key for key, item in found.items() if item.word in word and item.word != word and not item.is_known]:
        del found[key]
    item = next((one for one in found.values() if one.word == word), None)
    (item or found.setdefault(f"{word}?", Wanted(word, stands=True))).terms.append(term)


def nearest(word: str, catalogue: Catalogue, *, published: bool = False) -> tuple[str, float] | None:
    """Return the known word, or the one published, that is nearest to one, and how near; None when none is near."""
    forms = catalogue.spelt_like(word)
    may = catalogue.shows(WORDS, word_keys(forms)).tolist() if published else [True] * len(forms)
    scored = [(OSA.normalized_similarity(word, form), form) for form, seen in zip(forms, may, strict=True) if seen]
    similarity, form = max(scored, key=lambda pair: (pair[0], -abs(len(pair[1]) - len(word))), default=(0.0, ""))
    return (form, similarity) if similarity >= CLOSE_ENOUGH else None


def meant(text: str, asked: Sequence[Wanted]) -> str:
    """Return the question with unknown words as the known ones they are nearest to; nothing when none was.

    A word that one kind of entry knows isn't mistyped because another doesn't.
    """
    changed = said = fold(text)
    known = {item.word for item in asked if any(term.information and term.kind != SPELLING for term in item.terms)}
    for item in asked:
        if item.word in known:
            continue
        near = next((term.value for term in item.terms if term.kind == SPELLING and not item.is_joined), None)
        if near and near != item.word:
            changed = changed.replace(item.word, near)
    return changed if changed != said else ""
