"""What a spreadsheet would work out as a formula: guarded on the way out, and read back as it was."""

import re

# Spreadsheets ignore blanks and signs that nobody sees before a formula, and take the wide signs for the narrow ones.
# A tab or a carriage return at the front can end the cell before, so it is guarded whatever follows.
_LIVELY = r"(?=[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r])"
_BEGINS = re.compile(_LIVELY)
_GUARD = re.compile(f"'{_LIVELY}")


def guarded(text: str) -> str:
    """Return words as a cell that no spreadsheet works out: an apostrophe stands before what looks like a formula."""
    return f"'{text}" if _BEGINS.match(text) else text


def unguarded(text: str) -> str:
    """Return a cell without the apostrophe that `guarded` put before it."""
    return text[1:] if _GUARD.match(text) else text
