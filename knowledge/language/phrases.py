"""What is said as one though Sudachi's short words cut it: フードバンク, 高齢者. Known whole, it is put right whole."""

import re
from collections.abc import Sequence

from knowledge.language.text import Word, fold

_FOREIGN = re.compile(r"[ァ-ヺー]{4,}")


def phrases(text: str, said: Sequence[Word]) -> list[str]:
    """Return the runs of katakana in a text, and the expressions of synonyms.txt it says, each once."""
    return list(dict.fromkeys((*_FOREIGN.findall(fold(text)), *(one.surface for one in said))))
