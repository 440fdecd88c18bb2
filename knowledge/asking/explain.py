"""Why a hit is a hit: which words met which, and how much of the question they carry."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.asking.wanted import READING, SAME, SPELLING, SYNONYM, Term, Wanted
from knowledge.language import synonyms
from knowledge.language.phrases import phrases
from knowledge.language.text import Word, fold, is_kana, level, parts, sound, words

# Coverage. On the project's own judged cases (tests/data, tests/bench/search.py bands) clearly useful were, of the
# first hits and of all five: 高 6-7 and 4 of 10; 中 3 (proposals) to 6 (short questions) and 1-3 of 10; 低 hardly any.
# On questions about encyclopaedia paragraphs the first hit was right in 6-9 of 10 at 高, 3-8 at 中, 0-4 at 低.
HIGH, MIDDLE = 0.6, 0.35
LOW = "低"
INDIRECT = 0.8
LONG = 40.0  # the information of about eight telling words: a case that shares so much is as near as possible
ORDER = (SAME, SPELLING, READING, SYNONYM)
SHOWN = 6
TELLING = 0.3  # share of the most telling match; a match below it is no reason, such as 「人」 beside 「子ども食堂」
LONGEST_RUN_SOUGHT, LONGEST_RUN, SHORTEST_RUN = 100, 10, 3

_HIRAGANA = re.compile(r"[ぁ-ゖー]+")


@dataclass(frozen=True)
class Match:
    """One word of the question, the entry's own word it met, how, and where."""

    word: str
    matched: str
    kind: str
    field: str


def why(question: str, asked: Sequence[Wanted], fields: Mapping[str, str]) -> tuple[list[Match], float]:
    """Return the matches, the most telling first, and the share of the question's information they carry.

    No entry meets the whole of a long question, so its information counts up to LONG only.
    """
    places = _places(fields)
    met = [(item, match) for item in asked if (match := _first(item, places))]
    met.sort(key=lambda pair: (-pair[0].information, ORDER.index(pair[1].kind)))
    every = [match for _, match in met]
    least = TELLING * met[0][0].information if met else 0.0
    telling = [_whole(match, every, question, fields) for item, match in met if item.information >= least]
    matches = _distinct(telling)[:SHOWN] or _common(question, fields)
    return [_as_written(match, question, fields) for match in matches], _coverage(asked, met)


def band(met: float, high: float = HIGH, middle: float = MIDDLE) -> str:
    """Say in one word how much of the question a hit meets."""
    return "高" if met >= high else "中" if met >= middle else LOW


def _coverage(asked: Sequence[Wanted], met: Sequence[tuple[Wanted, Match]]) -> float:
    """Return the share of the question's own words that were met, each by its information.

    A word met by reading or as a part of a longer expression counts a little less than the word itself.
    """
    own = {item.word: item.information for item in asked if item.is_own}
    own = own or {item.word: item.information for item in asked}
    share: dict[str, float] = {}
    for item, match in met:
        for word in own:
            if word in item.word:
                worth = 1.0 if match.kind == SAME else INDIRECT
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


def _first(item: Wanted, places: Mapping[str, tuple[Word, str]]) -> Match | None:
    for term in sorted(item.terms, key=lambda term: -term.weight):
        if place := places.get(f"{term.field}:{term.value}"):
            word, name = place
            return Match(item.word, word.surface, _kind(item, term, word), name)
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


def _whole(match: Match, met: Sequence[Match], question: str, fields: Mapping[str, str]) -> Match:
    """Return a kana word joined with the one it was cut from: み and まもり are 見守り if both texts join them."""
    if not _is_spelt_out(match):
        return match
    near = [other for other in met if other.field == match.field and _is_spelt_out(other)]
    for one, other in [(match, after) for after in near] + [(before, match) for before in near]:
        word, matched = one.word + other.word, one.matched + other.matched
        if word in fold(question) and matched in fold(fields[match.field]):
            return Match(word, matched, READING, match.field)
    return match


def _as_written(match: Match, question: str, fields: Mapping[str, str]) -> Match:
    """Return the match with the kanji that question and entry write: 渡邉 beside 渡辺 is another spelling."""
    word, matched = _own(match.word, question), _own(match.matched, fields[match.field])
    kind = SPELLING if match.kind == SAME and match.word == match.matched and word != matched else match.kind
    return Match(word, matched, kind, match.field)


def _own(said: str, text: str) -> str:
    """Return how a text writes some words of its own; they are kept where they don't stand in it."""
    at = fold(text).find(said)
    return level(text)[at : at + len(said)] if at >= 0 else said


def _is_spelt_out(match: Match) -> bool:
    """Tell whether the question says in kana what the entry writes in kanji."""
    return (
        match.kind in (SAME, READING)
        and bool(_HIRAGANA.fullmatch(match.word))
        and not _HIRAGANA.fullmatch(match.matched)
    )


def _distinct(matches: Sequence[Match]) -> list[Match]:
    """Keep one match for each word, and leave out what a longer word already says (食堂 beside 子ども食堂)."""
    kept: dict[str, Match] = {}
    for match in matches:
        if not any(match.word != other.word and match.word in other.word for other in matches):
            kept.setdefault(match.word, match)
    return list(kept.values())


def _common(question: str, fields: Mapping[str, str]) -> list[Match]:
    """When no whole word met, name the longest run of characters that both share.

    Two alone say nothing, nor does したい, nor less than half of what stands together: ファンデ of ファンディングス.
    """
    asked = "".join(word.surface if word.tells else " " for word in parts(question))[:LONGEST_RUN_SOUGHT]
    folded = {name: fold(text) for name, text in fields.items()}
    longest = max(map(len, asked.split()), default=0)
    for length in range(min(len(asked), LONGEST_RUN), max(1, longest // 2), -1):
        if length < SHORTEST_RUN and length < len(asked):
            return []
        for run in (asked[start : start + length] for start in range(len(asked) - length + 1)):
            for name, text in folded.items():
                if run in text and run.strip() == run:
                    return [Match(run, run, SAME, name)]
    return []
