"""What is said of a hit: words and names that somebody would say, as question and entry write them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.asking.wanted import READING, SAME, SPELLING, Wanted
from knowledge.language.kanji import KANJI
from knowledge.language.text import Word, fold, level, parts

EVERYDAY = "ありふれた語"  # only words that everybody uses met, or pieces of words: nothing is named
SHOWN = 6
TELLING = 0.3  # share of the most telling match; a match below it is no reason, such as 「人」 beside 「子ども食堂」
LONGEST_RUN_SOUGHT, LONGEST_RUN, SHORTEST_RUN = 100, 10, 3

_HIRAGANA = re.compile(r"[ぁ-ゖー]+")


@dataclass(frozen=True)
class Match:
    """One word of the question, the entry's own word it met, how, and where.

    Where nothing met that somebody would say, the kind is EVERYDAY, and both words are empty.
    """

    word: str
    matched: str
    kind: str
    field: str


@dataclass(frozen=True)
class Met:
    """A wanted word, and the entry's word that it met."""

    item: Wanted
    word: Word
    match: Match


def said(question: str, fields: Mapping[str, str], met: Sequence[Met]) -> list[Match]:
    """Return what is said of a hit whose words met, the most telling first. The order of hits never depends on it.

    Said are nouns and names, whole: knowledge/language/sayings.py. Of a question that has none it is its verbs, in the
    form of a dictionary, and of a single word that word. If nothing is left, one match says so.
    """
    if not met:
        return []
    asked = [word for word in parts(question) if word.tells]
    kept = [(one.item.information, match) for one in met if (match := _sayable(one, met, asked, question, fields))]
    least = TELLING * kept[0][0] if kept else 0.0
    matches = _distinct([match for told, match in kept if told >= least])[:SHOWN]
    named = [_as_written(match, question, fields) for match in matches]
    return named or [Match("", "", EVERYDAY, met[0].match.field)]


def shared(question: str, fields: Mapping[str, str]) -> list[Match]:
    """When no whole word met, name the words in which the longest run of characters stands that both share."""
    return [
        Match(_around(one.word, question), _around(one.matched, fields[one.field]), one.kind, one.field)
        for one in _common(question, fields)
    ]


def _sayable(
    one: Met, met: Sequence[Met], asked: Sequence[Word], question: str, fields: Mapping[str, str]
) -> Match | None:
    """Return the match as it is said: whole, or not at all."""
    match = _whole(one.match, [other.match for other in met], question, fields)
    if match != one.match:
        return match
    here = [word for word in asked if word.surface == match.word]
    if one.word.is_affix or any(word.is_affix for word in here):
        return None
    if _is_noun(one.word, here):
        whole = _with_affix(match, question, fields[match.field])
        return whole if _stands_alone(whole, question, fields) else None
    if len(asked) > 1 and (any(word.is_said for word in asked) or not one.word.inflects):
        return None
    plain = here[0].plain if here and here[0].inflects else match.word
    return replace(match, word=plain, matched=one.word.plain if one.word.inflects else match.matched)


def _is_noun(word: Word, here: Sequence[Word]) -> bool:
    return word.is_said and (not here or any(one.is_said for one in here))


def _stands_alone(match: Match, question: str, fields: Mapping[str, str]) -> bool:
    """Tell whether a word of one sign is a word and no piece of one, in both texts."""
    both = ((match.word, fold(question)), (match.matched, fold(fields[match.field])))
    return all(
        len(said) > 1 or said not in text or re.search(rf"(?<![{KANJI}]){re.escape(said)}(?![{KANJI}])", text)
        for said, text in both
    )


def _with_affix(match: Match, question: str, text: str) -> Match:
    """Return a noun with the suffix or prefix that both texts give it: 当事者 and not 当事."""
    for said in _joined(match.word, question):
        for matched in _joined(match.matched, text):
            if said.replace(match.word, "") == matched.replace(match.matched, ""):
                return replace(match, word=said, matched=matched)
    return match


def _joined(noun: str, text: str) -> list[str]:
    """Return the ways in which a text joins a noun with one suffix or prefix, each once."""
    near = list(pairwise(parts(text)))
    ends = [noun + after.surface for word, after in near if word.surface == noun and after.is_affix]
    starts = [before.surface + noun for before, word in near if word.surface == noun and before.is_affix]
    return list(dict.fromkeys(ends + starts))


def _around(run: str, text: str) -> str:
    """Return the words of a text in which a run of its characters stands."""
    start, at, found = fold(text).find(run), 0, ""
    for word in parts(text):
        if at < start + len(run) and at + len(word.surface) > start:
            found += word.surface
        at += len(word.surface)
    return found or run


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
