"""Text in which there is nothing to read: blanks, joiners, fillers, whatever Unicode calls them."""

from unicodedata import category

# Controls, formats (U+200B, U+00AD, U+2060), separators (U+3000), and marks (U+FE0F), which need a letter to stand on.
_NOTHING = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
# Drawn as nothing, though their categories are those of letters and symbols: the fillers of Hangul, and of Braille.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def has_words(text: str) -> bool:
    """Tell whether there is anything in a text that a person could read."""
    return any(sign not in _FILLERS and category(sign) not in _NOTHING for sign in text)


def trimmed(text: str) -> str:
    """Return the text without blanks around it; nothing, where there is nothing to read."""
    return text.strip() if has_words(text) else ""
