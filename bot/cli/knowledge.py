"""`tsunagi knowledge`."""

from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.errors import FAILED
from bot.cli.opened import database, run
from bot.cli.printing import AsJson, as_json, pairs, progress, put

if TYPE_CHECKING:
    from knowledge.importing.importers import How, ImportReport

commands = typer.Typer(help="What the centre knows: cases, organisations, ward facts, schemes.", no_args_is_help=True)
ENDINGS = (".jsonl", ".csv", ".xlsx")  # of an export
BAD_SHOWN = 20  # reasons, and lines of each


class Kind(StrEnum):
    """What can be imported and exported."""

    CASE = "case"
    ORGANISATION = "organisation"
    WARD_FACT = "ward-fact"
    SCHEME = "scheme"


class Layout(StrEnum):
    """Official files whose layout is known, all of organisations."""

    CORPORATE_NUMBER = "corporate-number"
    NPO_REGISTER = "npo-register"


Readable = Annotated[Path | None, typer.Argument(metavar="[FILE]", exists=True, dir_okay=False, readable=True)]


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the command line."""
    app.add_typer(commands, name="knowledge")


@commands.command("import")
def import_(
    file: Readable = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="What the rows of FILE are.")] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="MAP.yml", exists=True, dir_okay=False, help="Which columns are which."),
    ] = None,
    layout: Annotated[Layout | None, typer.Option("--layout", help="An official file's, when not recognised.")] = None,
    only: Annotated[str, typer.Option("--only", metavar="PLACE", help="Of an official file: only in 横浜市.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report and write nothing.")] = False,
    machine: AsJson = False,
) -> None:
    """Add and change entries from a CSV, XLSX, JSON, JSONL or ZIP file; without FILE, what ships."""
    if not file and (kind or dry_run or mapping or layout or only):
        raise typer.BadParameter("--kind and the other options go with a FILE.", param_hint="FILE")
    if layout and mapping:
        raise typer.BadParameter("a file has an official layout or a mapping, not both.", param_hint="--mapping")
    kind = kind or (Kind.ORGANISATION if layout else None)
    if file and kind is None:
        raise typer.BadParameter(f"say what {file.name} holds: {', '.join(Kind)}.", param_hint="--kind")
    if file and kind:
        from knowledge.importing.importers import How

        reports = run(_import(file, kind, dry_run, How(mapping, layout or "", only)))
    else:
        reports = run(_shipped())
    _told(reports, machine, one=file is not None)
    if any(report.bad and len(report.bad) == report.read for report in reports.values()):
        raise typer.Exit(FAILED)


@commands.command("export")
def export(
    kind: Annotated[Kind, typer.Option("--kind", help="What to write.")],
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", dir_okay=False)] = None,
) -> None:
    """Write every entry of a kind to FILE (.jsonl, .csv or .xlsx) or the screen; it can be imported again."""
    if file and file.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(f"{file.name} doesn't end in one of {', '.join(ENDINGS)}.", param_hint="FILE")
    run(_export(kind, file))


@commands.command("stats")
def stats(machine: AsJson = False) -> None:
    """Count what the centre knows."""
    pairs(run(_stats()), machine)


async def _import(file: Path, kind: Kind, dry_run: bool, how: "How") -> "dict[str, ImportReport]":
    import asyncio
    from datetime import UTC, datetime

    from knowledge.importing.formats import length
    from knowledge.importing.importers import check, write

    async with database(make=True) as db:
        with progress(f"Opening {file.name}"):
            lines = await asyncio.to_thread(length, file)
        with progress(f"Checking {file.name}{f', {lines:,} lines' if lines else ''}", lines or None) as on_row:
            checked = await asyncio.to_thread(check, file, kind, how, on_row)
        rows = checked.report.read
        with checked, progress(f"{'Comparing' if dry_run else 'Writing'} {rows:,} rows", rows) as on_row:
            report = await write(db, checked, now=datetime.now(UTC), dry_run=dry_run, on_row=on_row)
    return {kind.value: report}


async def _shipped() -> "dict[str, ImportReport]":
    from datetime import UTC, datetime

    from knowledge.importing.importers import import_shipped

    with progress("Reading what ships"):
        async with database(make=True) as db, db.transaction() as session:
            return await import_shipped(session, datetime.now(UTC))


async def _export(kind: Kind, file: Path | None) -> None:
    from knowledge.importing.exports import as_table, export_rows, stats
    from knowledge.importing.sheets import AS

    async with database() as db, db.reading() as session:
        total = (await stats(session))[kind]
        with progress(f"Reading {total:,} entries", total or None) as on_row:
            rows = [row async for row in _counted(export_rows(session, kind), on_row)]
    write = AS.get(file.suffix.lower()[1:]) if file else None
    put(write([as_table(kind, rows)]) if write else "".join(f"{as_json(row)}\n" for row in rows).encode(), file)


async def _counted(rows: AsyncIterator[dict[str, Any]], on_row: Callable[[int], None]) -> AsyncIterator[dict[str, Any]]:
    count = 0
    async for row in rows:
        yield row
        count += 1
        on_row(count)


async def _stats() -> dict[str, int]:
    from knowledge.importing.exports import stats

    async with database() as db, db.reading() as session:
        return await stats(session)


def _told(reports: "dict[str, ImportReport]", machine: bool, *, one: bool) -> None:
    if machine:
        found = {kind: asdict(report) for kind, report in reports.items()}
        print(as_json(next(iter(found.values())) if one else found))
        return
    for kind, report in reports.items():
        print(f"{kind}{report.layout and f' ({report.layout})'}: {report.read} rows read, {report.added} added, "
              f"{report.changed} changed, {report.unchanged} unchanged, {report.skipped} skipped, "
              f"{len(report.bad)} bad")  # fmt: skip
        said = [f"{_lines(lines)}: {reason}" for reason, lines in report.reasons().items()]
        said += [f"{_lines(lines)}, without this cell: {reason}" for reason, lines in report.cells().items()]
        _few(said, "reasons")
        _few(report.notes, "notes")


def _few(said: list[str], what: str) -> None:
    """Print as many sentences as a person would read."""
    for sentence in said[:BAD_SHOWN]:
        print(f"  {sentence}")
    if len(said) > BAD_SHOWN:
        print(f"  and {len(said) - BAD_SHOWN} other {what}; --json lists them all")


def _lines(lines: list[int]) -> str:
    """Name the lines that are bad for one reason, as many as a person would look up."""
    if len(lines) == 1:
        return f"line {lines[0]}"
    named = ", ".join(str(line) for line in lines[:BAD_SHOWN])
    return f"lines {named}{f' and {len(lines) - BAD_SHOWN} more' if len(lines) > BAD_SHOWN else ''}"
