"""Text as people see it: what is drawn as one sign (👨‍👩‍👧, か゚, 葛󠄀) is never cut."""

import regex

CLUSTER = regex.compile(r"\X")  # Unicode, UAX #29: extended grapheme clusters


def cut(text: str, most: int, mark: str = "…") -> str:
    """Return at most `most` characters of a text, never a part of a sign, and say when some are missing."""
    if len(text) <= most:
        return text
    end = 0
    for cluster in CLUSTER.finditer(text):
        if cluster.end() > most - len(mark):
            break
        end = cluster.end()
    return text[:end] + mark
