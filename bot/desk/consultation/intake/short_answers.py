"""The four short answers: what a message says to them, and what becomes of them when it is edited or taken back."""

import re
from collections.abc import Sequence

from bot.desk.record.answers import FIELDS
from knowledge.language import parties, wards
from knowledge.language.blanks import trimmed
from knowledge.language.text import fold
from storage.models import PartyKind

APPENDED = ("name", "contact")  # those that can be written in two messages
CHOSEN = ("ward", "party")  # a few words choose one of a list
NOTHING = {"なし", "無し", "ない", "ありません", "特になし", "とくになし", "スキップ", "省略"}
PARTIES = {
    "個人": PartyKind.PERSON,
    "団体": PartyKind.GROUP,
    "企業": PartyKind.COMPANY,
    "行政": PartyKind.GOVERNMENT,
}
A_CHOICE = 15  # characters: a longer text tells something besides
_ENDING = re.compile(r"(?:です)?[\s。、.,!?]*$")


def normal(words: str) -> str:
    """Return words without width, case, blanks around them, and what ends a sentence."""
    return _ENDING.sub("", fold(words).strip())


def party_of(words: str) -> PartyKind | None:
    """Return who is asking, from a button's words or typed ones; nothing where they leave a doubt."""
    return PARTIES.get(parties.named(words) or "") if len(normal(words)) <= A_CHOICE else None


def ward_of(words: str) -> wards.WardMatch:
    """Return the ward that words name, or those that they may mean."""
    named = wards.find(words) if len(words) > A_CHOICE else []
    return wards.match(named[0] if len(named) == 1 else words)


def changed(field: str, value: str | None, kept: Sequence[str], at: int, new: str = "") -> str | None:
    """Return a short answer after one of the messages it was told in, `kept[at]`, says something else, or nothing.

    An answer that was told in another message stays.
    """
    if field not in FIELDS or value is None:
        return value
    if field in CHOSEN:
        return _read(field, new) if _read(field, kept[at]) == value else value
    said = [trimmed(words) for words in kept]
    if value == " ".join(said):
        return " ".join(filter(None, [*said[:at], trimmed(new), *said[at + 1 :]])) or None
    return (trimmed(new) or None) if said[at] in value else value


def _read(field: str, words: str) -> str | None:
    return ward_of(trimmed(words)).ward if field == "ward" else party_of(trimmed(words))
