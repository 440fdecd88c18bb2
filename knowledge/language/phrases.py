"""Expressions that Sudachi cuts into short words: フードバンク, 高齢者. They are known, and corrected, as a whole."""

import re
from collections.abc import Sequence

from knowledge.language.text import Word, fold

_FOREIGN = re.compile(r"[ァ-ヺー]{4,}")


def phrases(text: str, said: Sequence[Word]) -> list[str]:
    """Return the runs of katakana in a text, and the expressions of synonyms.txt it says, each once."""
    return list(dict.fromkeys((*_FOREIGN.findall(fold(text)), *(one.surface for one in said))))
