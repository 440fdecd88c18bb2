"""Why a hit is a hit: which words met which, and how much of the question they carry."""

from collections.abc import Mapping, Sequence

from knowledge.asking import reasons
from knowledge.asking.reasons import Match, Met
from knowledge.asking.wanted import READING, SAME, SPELLING, SYNONYM, Term, Wanted
from knowledge.language import synonyms
from knowledge.language.phrases import phrases
from knowledge.language.text import Word, fold, is_kana, sound, words

# Coverage. On the project's own judged cases (tests/data, tests/bench/search.py bands) clearly useful were, of the
# first hits and of all five: 高 6-7 and 4 of 10; 中 3 (proposals) to 6 (short questions) and 1-3 of 10; 低 hardly any.
# On questions about encyclopaedia paragraphs the first hit was right in 6-9 of 10 at 高, 3-8 at 中, 0-4 at 低.
HIGH, MIDDLE = 0.6, 0.35
LOW = "低"
INDIRECT = 0.8
LONG = 40.0  # the information of about eight telling words: a case that shares so much is as near as possible
ORDER = (SAME, SPELLING, READING, SYNONYM)


def why(question: str, asked: Sequence[Wanted], fields: Mapping[str, str]) -> tuple[list[Match], float]:
    """Return the matches, the most telling first, and the share of the question's information they carry.

    No entry meets the whole of a long question, so its information counts up to LONG only.
    """
    places = _places(fields)
    met = [found for item in asked if (found := _first(item, places))]
    met.sort(key=lambda one: (-one.item.information, ORDER.index(one.match.kind)))
    matches = reasons.said(question, fields, met) or reasons.shared(question, fields)
    return matches, _coverage(asked, met)


def band(met: float, high: float = HIGH, middle: float = MIDDLE) -> str:
    """Say in one word how much of the question a hit meets."""
    return "高" if met >= high else "中" if met >= middle else LOW


def _coverage(asked: Sequence[Wanted], met: Sequence[Met]) -> float:
    """Return the share of the question's own words that were met, each by its information.

    A word met by reading or as a part of a longer expression counts a little less than the word itself.
    """
    own = {item.word: item.information for item in asked if item.is_own}
    own = own or {item.word: item.information for item in asked}
    share: dict[str, float] = {}
    for one in met:
        for word in own:
            if word in one.item.word:
                worth = 1.0 if one.match.kind == SAME else INDIRECT
                share[word] = max(share.get(word, 0.0), worth)
    total = min(sum(own.values()), LONG)
    return min(1.0, sum(own[word] * worth for word, worth in share.items()) / total) if total else 0.0


def _places(fields: Mapping[str, str]) -> dict[str, tuple[Word, str]]:
    """Return where each normal form and each synonym group first stands: the entry's own word, and its field."""
    places: dict[str, tuple[Word, str]] = {}
    for name, text in fields.items():
        said = synonyms.expressions(text)
        for word in (*words(text), *said):
            if word.form:
                places.setdefault(f"words:{word.form}", (word, name))
            if len(word.reading) > 1:
                places.setdefault(f"readings:{word.reading}", (word, name))
            for group in word.groups:
                places.setdefault(f"alike:{group}", (word, name))
        for phrase in phrases(text, said):
            places.setdefault(f"words:{phrase}", (Word(phrase, phrase), name))
    return places


def _first(item: Wanted, places: Mapping[str, tuple[Word, str]]) -> Met | None:
    for term in sorted(item.terms, key=lambda term: -term.weight):
        if place := places.get(f"{term.field}:{term.value}"):
            word, name = place
            return Met(item, word, Match(item.word, word.surface, _kind(item, term, word), name))
    return None


def _kind(item: Wanted, term: Term, word: Word) -> str:
    """Say how a word was met, judged by what differs: ぼうさい and ボウサイ are 読み of 防災."""
    if fold(item.word) == fold(word.surface):
        return SAME
    if sound(item.word) == sound(word.surface):
        return READING if is_kana(item.word) and not is_kana(word.surface) else SPELLING
    if term.kind == SAME:
        return SAME if word.inflects else SPELLING
    return term.kind
