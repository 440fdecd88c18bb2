"""Text in which there is nothing to read: blanks, joiners, fillers, whatever Unicode calls them."""

import regex

# By Unicode category: letters, digits, punctuation and symbols are words, so an emoji alone is one: 👍 is an answer.
# Nothing are controls, formats, half signs (Cc, Cf, Cs), separators (Z), and marks, which need a letter to stand on
# (Mn, Me); and whatever Unicode says is never drawn, though some of it counts as letters: the fillers of Hangul.
# Three symbols are drawn as nothing: a Braille cell without dots, a note without a head, and where an object was.
_READABLE = regex.compile(
    r"[^\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\U0001d159\ufffc]"
)


def has_words(text: str) -> bool:
    """Tell whether there is anything in a text that a person could read."""
    return _READABLE.search(text) is not None


def trimmed(text: str) -> str:
    """Return the text without blanks around it; nothing, where there is nothing to read."""
    return text.strip() if has_words(text) else ""
