"""LINE's measures of text, and its words for what is too long, missing or not a choice."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import regex

Flaw = tuple[str, str]  # the property, and what LINE says about it


def utf16(value: str) -> int:
    """UTF-16 code units: LINE's measure of message text."""
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(value: str) -> int:
    """Characters as people see them: LINE's measure of labels and templates."""
    return len(regex.findall(r"\X", value))


UTF16: Callable[[str], int] = utf16
GRAPHEMES: Callable[[str], int] = graphemes


def text(
    value: dict[str, Any], key: str, at: str, most: int, unit: Callable[[str], int], *, needed: bool = True
) -> Iterator[Flaw]:
    """The flaws of a text property."""
    found, where = value.get(key), f"{at}.{key}"
    if found is None:
        if needed:
            yield where, "May not be null"
    elif not isinstance(found, str):
        yield where, "Must be a string"
    elif not found and needed:
        yield where, "May not be empty"
    elif unit(found) > most:
        yield where, f"Length must be between 0 and {most}"


def https(value: dict[str, Any], key: str, at: str, *, needed: bool = True) -> Iterator[Flaw]:
    """The flaws of a URL that must be https."""
    yield from text(value, key, at, 2000, utf16, needed=needed)
    if isinstance(value.get(key), str) and not value[key].startswith("https://"):
        yield f"{at}.{key}", "Must be a valid HTTPS URL"


def items(value: Any, at: str, least: int, most: int) -> Iterator[Flaw]:
    """The flaws of a list's length."""
    if not isinstance(value, list):
        yield at, "May not be null" if value is None else "Must be an array"
    elif not least <= len(value) <= most:
        yield at, f"Size must be between {least} and {most}"


def one_of(allowed: Collection[str]) -> str:
    """What LINE says to a word that isn't one of those allowed."""
    return f"Must be one of the following values: [{', '.join(allowed)}]"
