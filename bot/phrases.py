"""The words the hub itself says to citizens: dialogues/phrases/, read once."""

from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent.parent / "dialogues" / "phrases"


def phrase(key: str, **values: object) -> str:
    """Return a phrase with its placeholders filled; an unknown key raises KeyError."""
    return phrases()[key].format_map({k: str(v) for k, v in values.items()})


def label(question: str) -> str:
    """Return the centre's short word for a question, such as 背景・動機."""
    return phrase(f"label_{question}")


@cache
def phrases() -> dict[str, str]:
    """Return every phrase by its key."""
    loaded: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.yml")):
        loaded |= yaml.safe_load(file.read_text("utf-8"))
    return loaded
