"""伏せたもの: what a draft's mask has covered, as the citizen and staff wrote it, and how a cover is taken off again.

Nothing of it is stored: it is found anew from what was written, by the words around each cover.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import regex

from bot.desk.consultation import redaction
from bot.desk.consultation.redaction import Kind, Piece

NEAR = 8  # signs around a cover by which its place is known again in an edited text
_ENDS = "。．!?！？\n"  # a title is one sentence, so what tells the place never goes beyond it


@dataclass(frozen=True)
class Cover:
    """Some words that were covered, and where: the same words in several places are one cover."""

    words: str
    kind: Kind
    places: tuple[str, ...]  # patterns, with the mark as the group `mark`


def covers(texts: Iterable[str], own: Sequence[str | None], known: Iterable[str]) -> list[Cover]:
    """Return what is covered in these texts, each once in its order, but never the citizen's own name or address."""
    known = list(known)
    found: dict[tuple[str, Kind], list[str]] = {}
    for text in texts:
        pieces = redaction.cover(text, own, known)
        for at, piece in enumerate(pieces):
            if piece.kind and not redaction.holds(piece.words, own):
                found.setdefault((piece.words, piece.kind), []).append(_place(pieces, at, piece.kind))
    return [Cover(words, kind, tuple(dict.fromkeys(places))) for (words, kind), places in found.items()]


def still_in(text: str, every: Iterable[Cover]) -> list[Cover]:
    """Return the covers whose place is found in a text."""
    return [one for one in every if any(regex.search(place, text) for place in one.places)]


def uncovered(text: str, kept: Collection[Cover], every: Iterable[Cover]) -> str:
    """Return a text in which these words stand again. A place that could be of other words, too, stays covered."""
    others = {place for one in every if one not in kept for place in one.places}
    marks: dict[tuple[int, int], set[str]] = {}
    for one in kept:
        for place in set(one.places) - others:
            for hit in regex.finditer(place, text, overlapped=True):
                marks.setdefault(hit.span("mark"), set()).add(one.words)
    for (start, end), words in sorted(marks.items(), reverse=True):
        text = text[:start] + words.pop() + text[end:] if len(words) == 1 else text
    return text


def _place(pieces: Sequence[Piece], at: int, kind: Kind) -> str:
    """Return the pattern of one cover: a few signs before and after it, other covers among them taken off or not."""
    before = _until(reversed(_signs(pieces[:at])), rf"(?:^|[{_ENDS}\s])")
    after = _until(_signs(pieces[at + 1 :]), rf"(?:$|[{_ENDS}\s])")
    return f"{''.join(reversed(before))}(?P<mark>【{kind}】){''.join(after)}"


def _until(signs: Iterable[str], border: str) -> list[str]:
    near: list[str] = []
    for sign in signs:
        if sign in _ENDS or regex.match(r"\s", sign):
            return [*near, border]
        if len(near) == NEAR:
            return near
        near.append(sign if len(sign) > 1 else regex.escape(sign))
    return [*near, border]


def _signs(pieces: Iterable[Piece]) -> list[str]:
    """Return the signs of what stays, and a pattern for each cover."""
    return [
        sign
        for piece in pieces
        for sign in ([rf"(?:【{piece.kind}】|{regex.escape(piece.words)})"] if piece.kind else piece.words)
    ]
