"""How the rows of a file become entries: as they are, or from a layout that somebody else has defined."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path

from knowledge.importing.formats import FileNotUnderstood, Header, Row

_PREFECTURE = re.compile(r"北海道|東京都|(京都|大阪)府|.{2,3}県")
_GAPS = re.compile(r"\s+")


class Layout:
    """The plain layout: a line names the columns in our words, and each row is an entry."""

    name = ""

    def head(self, cells: Sequence[str]) -> Header | None:
        """Return the columns' names when this line of a table gives them, None for a line above them.

        Raises FileNotUnderstood when two have the same name: one would silently win.
        """
        refuse_doubles(cells)
        return Header(list(cells))

    def lies_in(self, row: Row, place: str) -> bool:
        """Say whether a row's address begins with a place, with or without its prefecture."""
        raise FileNotUnderstood("--only は、法人番号のCSVとNPO法人の一覧にだけ使えます。")

    def is_older(self, row: Row) -> bool:
        """Say whether a row holds an earlier name of an organisation. It is read last, and only for that name."""
        return False

    def ours(self, row: Row) -> Row:
        """Return a row with our columns' names; raises BadValue with a reason."""
        return row

    def finish(self, path: Path) -> None:
        """Raise FileNotUnderstood when a file, read to its end, turns out to be the wrong one."""


@lru_cache(1024)  # a file asks for its columns at every row
def folded(name: str) -> str:
    """Return a column's name as it is compared: no gaps, no line breaks, one width, one case."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", name)).casefold()


def refuse_doubles(cells: Sequence[str], ignored: Collection[str] = ()) -> None:
    """Raise FileNotUnderstood for two columns of the same name, unless it is one that is ignored."""
    seen = Counter(name for cell in cells if (name := folded(cell)) and name not in ignored)
    twice = [name for name, times in seen.items() if times > 1]
    if twice:
        shown = next(cell for cell in cells if folded(cell) == twice[0])
        count = seen[twice[0]]
        raise FileNotUnderstood(f"「{shown}」という名前の列が{count}つあります。1つにするか、名前を変えてください。")


def begins_with(address: str, place: str) -> bool:
    """Say whether an address begins with a place, whether or not either names its prefecture."""
    address, place = folded(address), folded(place)
    return address.startswith(place) or _bare(address).startswith(_bare(place) or place)


def _bare(address: str) -> str:
    return _PREFECTURE.sub("", address, count=1) if _PREFECTURE.match(address) else address
