"""How the rows of a file become entries: as they are, or from a layout that somebody else has defined."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from knowledge.importing.columns import Shape
from knowledge.importing.folding import folded, nearest
from knowledge.importing.formats import LINES_ABOVE, FileNotUnderstood, Header, Row
from knowledge.language.text import clean

_PREFECTURE = re.compile(r"北海道|東京都|(京都|大阪)府|.{2,3}県")
SHOWN, LONGEST_SHOWN = 30, 40  # names of a file that are told, and signs of each


class Layout:
    """How a file's rows become entries. This is what all layouts have in common."""

    name = ""

    def __init__(self) -> None:
        self.notes: list[str] = []  # what a person should know of the file's columns

    def head(self, cells: Sequence[str]) -> Header | None:
        """Return the columns' names when this line of a table gives them, None for a line above them.

        Raises FileNotUnderstood when two have the same name: one would silently win.
        """
        raise NotImplementedError

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


class Plain(Layout):
    """The plain layout: a line names the columns in our words, and each row is an entry."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.lines = 0
        self.above: list[str] = []  # the fullest of the lines that don't have what is required
        self.known: set[str] = set()  # names that were looked at

    def head(self, cells: Sequence[str]) -> Header | None:
        self.lines += 1
        if self._lacking(cells):
            self.above = max(self.above, [cell for cell in cells if cell], key=len)
            if self.lines == LINES_ABOVE:
                raise FileNotUnderstood(self._told())
            return None
        self.above = []
        refuse_doubles(cells)
        return Header(list(cells))

    def ours(self, row: Row) -> Row:
        if not self.known.issuperset(row):
            self._note([name for name in row if name not in self.known], {folded(name) for name in row})
            self.known.update(row)
        return row

    def finish(self, path: Path) -> None:
        if self.above:
            raise FileNotUnderstood(f"{path.name}：{self._told()}")

    def _lacking(self, cells: Sequence[str]) -> list[str]:
        own = {self.shape.name_of(cell) for cell in cells}
        return [name for name in self.shape.required if name not in own]

    def _told(self) -> str:
        lacking = self._lacking(self.above)
        slips = [(cell, ours) for cell in self.above if (ours := nearest(cell, lacking))]
        meant = "".join(f"「{shown(cell)}」は「{ours}」のことでしょうか。" for cell, ours in slips)
        return (
            f"「{'」「'.join(lacking)}」という列がありません（必ず要る列です）。{meant}"
            f"ファイルの列は「{'」「'.join(map(shown, self.above[:SHOWN]))}」です。"
            "別の名前で書かれた表には、対応表（--mapping）を書いてください。"
        )

    def _note(self, names: list[str], own: set[str]) -> None:
        """Say which columns stay beside the entry though their names are slips of ours."""
        missing = [name for name in self.shape.columns if name not in own]
        slips = [(name, nearest(name, missing)) for name in names if not self.shape.name_of(name)]
        self.notes += [
            f"列「{shown(name)}」は「{ours}」に似ていますが、別の列として残しました。" for name, ours in slips if ours
        ]


def shown(name: str) -> str:
    """Return a column's name as a sentence can show it: on one line, and not too long."""
    plain = " ".join(clean(name).split())
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}…"


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
