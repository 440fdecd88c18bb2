"""What is wrong with what was filled in: which field, and the key of the sentence."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to put right; the sentence is in dialogues/web/."""

    field: str
    key: str
    values: Mapping[str, object]
