"""What a spreadsheet would work out as a formula: guarded on the way out, and read back as it was."""

import unicodedata

from knowledge.language.blanks import has_words

SIGNS = "=+-@"  # what a formula begins with (OWASP, CSV Injection); wide signs are taken for these
ENDS = "\t\r"  # at the front they can end the cell before, so it is guarded whatever follows
GUARD = "'"


def guarded(text: str) -> str:
    """Return words as a cell that no spreadsheet works out: an apostrophe stands before what looks like a formula."""
    return GUARD + text if _is_lively(text.lstrip(GUARD)) else text


def unguarded(text: str) -> str:
    """Return a cell without the apostrophe that `guarded` put before it."""
    return text[1:] if text.startswith(GUARD) and _is_lively(text.lstrip(GUARD)) else text


def _is_lively(text: str) -> bool:
    """Tell whether a formula begins here. Spreadsheets ignore blanks and signs that nobody sees before one."""
    first = next((sign for sign in text if has_words(sign)), "")
    return text[:1] in (*ENDS,) or unicodedata.normalize("NFKC", first) in (*SIGNS,)
