"""A question as it is searched for: its words, and every way to write each of them."""

from collections.abc import Sequence

from knowledge.asking import corrections, heard
from knowledge.asking.heard import Heard
from knowledge.asking.wanted import READING, SAME, SPELLING, SYNONYM, SYNONYM_WEIGHT, Term, Wanted, tell
from knowledge.index.catalogue import Catalogue
from knowledge.index.rows import ALIKE, READINGS, WORDS
from knowledge.language import synonyms
from knowledge.language.text import TRADE, Word, fold, katakana, parts, runs, words

READING_WEIGHT, JOINED_WEIGHT = 1.0, 0.4
SHORT = 6  # up to so many words each word matters, and a space in the wrong place is ignored
LONG = 20  # from so many words on a text says enough in kanji, and words recognised by sound are mostly chatter
FIRST = 2.0  # how much a word of a long text's first paragraph counts


def wanted(text: str, catalogue: Catalogue, *, published: bool = False, corrects: bool = True) -> list[Wanted]:
    """Return the question's words, each with the ways it may be written in this catalogue.

    For people who may see only `published` entries, no correction shows a word of the other entries.
    """
    said = [word for word in parts(text) if word.tells]
    telling = [word for word in said if word.form not in TRADE] or said
    is_long = len(telling) > LONG
    read_as = heard.heard(text, catalogue, heard.SHORT_RUN if is_long else 0, published=published)
    first = _first_said(text) if is_long else frozenset[str]()
    found: dict[str, Wanted] = {}
    for word in _without_pieces(telling, read_as, catalogue):
        found.setdefault(word.form, Wanted(word.surface, _terms(word, FIRST if word.form in first else 1.0)))
    for expression in dict.fromkeys(synonyms.expressions(text)):
        item = found.setdefault(expression.surface, Wanted(expression.surface))
        item.terms += [Term(ALIKE, group, SYNONYM_WEIGHT, SYNONYM) for group in expression.groups]
    _hear(found, telling, read_as)
    if len(telling) <= SHORT:
        _join(found, text)
    tell([term for item in found.values() for term in item.terms], catalogue, published=published)
    if corrects and not is_long:
        corrections.correct(found, text, read_as, catalogue, published=published)
    for item in found.values():
        told = max((term.information for term in item.terms), default=0.0)
        item.information = told or (catalogue.rarest if item.is_own else 0.0)
    if len(found) > LONG:
        _shorten(found)
    return list(found.values())


def _shorten(found: dict[str, Wanted]) -> None:
    """In a long text, keep ways other than the word itself only for the most telling words."""
    for item in sorted(found.values(), key=lambda item: -item.information)[LONG:]:
        item.terms = item.terms[:1]


def _first_said(text: str) -> frozenset[str]:
    """Return the words of a text's first paragraph: of five answers, the one that says what it is about."""
    first, _, rest = text.partition("\n\n")
    return frozenset(word.form for word in words(first)) if rest else frozenset()


def _terms(word: Word, weight: float) -> list[Term]:
    alike = [Term(ALIKE, group, SYNONYM_WEIGHT * weight, SYNONYM) for group in word.groups]
    return [Term(WORDS, word.form, weight, SAME), *alike]


def _without_pieces(telling: Sequence[Word], read_as: Sequence[Heard], catalogue: Catalogue) -> list[Word]:
    """Leave out words that are only parts of what was heard, and unknown words that were heard piece by piece."""
    shreds = frozenset[str]().union(*(heard.shreds(telling, one.piece) for one in read_as))
    wholes = {one.whole for one in read_as}
    return [
        word
        for word in telling
        if word.surface not in shreds and not (word.surface in wholes and not catalogue.holds(WORDS, word.form))
    ]


def _hear(found: dict[str, Wanted], telling: Sequence[Word], read_as: Sequence[Heard]) -> None:
    """Let each piece of kana also be found as the words of which it may be the reading."""
    written = {word.surface for word in telling}
    for piece, whole in {one.piece: one.whole for one in read_as}.items():
        term = Term(READINGS, katakana(piece), READING_WEIGHT, READING)
        same = next((item for item in found.values() if item.word == piece), None)
        if same is None:
            stands = whole in written or bool(heard.shreds(telling, piece))
            found[f"{piece}…"] = Wanted(piece, [term], stands=stands)
        else:
            same.terms.append(term)


def _join(found: dict[str, Wanted], text: str) -> None:
    """Look through the spaces of a short question: 「口 語聖書」 may be 口語 聖書."""
    pieces = runs(fold(text))
    if len(pieces) < 2:
        return
    for word in parts("".join(pieces)):
        if word.tells and word.form not in found and word.surface not in pieces:
            found[word.form] = Wanted(word.surface, [Term(WORDS, word.form, JOINED_WEIGHT, SPELLING)], is_joined=True)
