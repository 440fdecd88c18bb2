"""How a command's results are printed: JSON for machines, tables for people."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.errors import Failed
from bot.when import TOKYO

AsJson = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON.")]
Progress = Callable[..., None]  # (done) or (done, total)
Rows = Sequence[Mapping[str, Any]]
WIDE = 10_000  # columns, more than any row has


def as_json(value: Any) -> str:
    """Return one line of JSON; moments are ISO 8601 with their zone."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def show(rows: Rows, machine: bool, nothing: str) -> None:
    """Print rows as a JSON array or as columns; `nothing` is the sentence when there are none."""
    if machine:
        print(as_json(list(rows)))
    elif rows:
        _table([list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)])
    else:
        print(nothing)


def pairs(values: Mapping[str, Any], machine: bool) -> None:
    """Print one thing's values as a JSON object or a line each."""
    if machine:
        print(as_json(values))
    else:
        _table([[name, _cell(value)] for name, value in values.items()], titled=False)


def put(content: bytes, output: Path | None) -> None:
    """Write a finished file to its place, or to the screen when no place is named."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise Failed(f"{output} could not be written ({error.strerror}). Choose another place for it.") from None
    print(f"{output} is written.", file=sys.stderr)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Progress]:
    """Show how far a long piece of work is, on a terminal: what is done, of how much when that is known."""
    if not sys.stderr.isatty():
        yield lambda _done, _total=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn()
    with Bars(*columns, BarColumn(), console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda done, total=total: shown.update(task, completed=done, total=total)


def _table(table: Sequence[Sequence[str]], *, titled: bool = True) -> None:
    """Print rows; on a terminal they fit its width, elsewhere nothing is broken or cut, so that it can be searched."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    head, rows = (table[0], table[1:]) if titled else ([""] * len(table[0]), table)
    drawn = Table(*head, box=box.SIMPLE_HEAD if titled else None, show_header=titled, pad_edge=False, show_edge=False)
    for row in rows:
        drawn.add_row(*row)
    Console(markup=False, emoji=False, highlight=False, width=None if sys.stdout.isatty() else WIDE).print(drawn)


def local(moment: datetime) -> str:
    """Return a moment as the centre's clocks show it, with the offset: 2026-11-25 14:05+09:00."""
    return moment.astimezone(TOKYO).isoformat(" ", "minutes")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return local(value)
    if isinstance(value, list):
        return "、".join(map(str, value))
    return " ".join(str(value).split())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
