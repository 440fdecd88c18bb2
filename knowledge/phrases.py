"""What is said as one though Sudachi's short words cut it: フードバンク, 高齢者. Known whole, it is put right whole."""

import re

from knowledge import synonyms
from knowledge.text import fold

_FOREIGN = re.compile(r"[ァ-ヺー]{4,}")


def phrases(text: str) -> list[str]:
    """Return the runs of katakana and the expressions of synonyms.txt that a text says, each once."""
    said = synonyms.expressions(text)
    return list(dict.fromkeys((*_FOREIGN.findall(fold(text)), *(one.surface for one in said))))
