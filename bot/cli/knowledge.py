"""`tsunagi knowledge` and `tsunagi similar`."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.errors import FAILED, Failed
from bot.cli.opened import database, run
from bot.cli.printing import AsJson, as_json, pairs, progress

if TYPE_CHECKING:
    from knowledge.importers import ImportReport
    from knowledge.search import Hit, Library

commands = typer.Typer(help="What the centre knows: cases, organisations, ward facts, schemes.", no_args_is_help=True)
BAD_SHOWN = 20


class Kind(StrEnum):
    """What can be imported and exported."""

    CASE = "case"
    ORGANISATION = "organisation"
    WARD_FACT = "ward-fact"
    SCHEME = "scheme"


class Sought(StrEnum):
    """What can be alike."""

    CASE = "case"
    ORGANISATION = "organisation"


Readable = Annotated[Path | None, typer.Argument(metavar="[FILE]", exists=True, dir_okay=False, readable=True)]


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the command line."""
    app.add_typer(commands, name="knowledge")
    app.command("similar")(similar)


@commands.command("import")
def import_(
    file: Readable = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="What the rows of FILE are.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report and write nothing.")] = False,
    machine: AsJson = False,
) -> None:
    """Add and change entries from a CSV, XLSX, JSON or JSONL file; without FILE, what ships."""
    if file and kind is None:
        raise typer.BadParameter(f"say what {file.name} holds: {', '.join(Kind)}.", param_hint="--kind")
    if not file and (kind or dry_run):
        raise typer.BadParameter("--kind and --dry-run go with a FILE.", param_hint="FILE")
    reports = run(_import(file, kind, dry_run) if file and kind else _shipped())
    _told(reports, machine, one=file is not None)
    if any(report.bad and len(report.bad) == report.read for report in reports.values()):
        raise typer.Exit(FAILED)


@commands.command("export")
def export(
    kind: Annotated[Kind, typer.Option("--kind", help="What to write.")],
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", dir_okay=False)] = None,
) -> None:
    """Write every entry of a kind to FILE (.jsonl or .csv) or the screen; it can be imported again."""
    if file is None:
        run(_export(kind, None))
    else:
        count = run(_export(kind, file))
        print(f"{count} entries are in {file}.")


@commands.command("stats")
def stats(machine: AsJson = False) -> None:
    """Count what the centre knows."""
    pairs(run(_stats()), machine)


def similar(
    words: Annotated[str | None, typer.Argument(metavar="[WORDS]", help="What to look for, in Japanese.")] = None,
    kind: Annotated[Sought | None, typer.Option("--kind", help="Only cases, or only organisations.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="At most so many.")] = 5,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch", metavar="FILE", exists=True, dir_okay=False, help="A query a line in, a JSON array a line out."
        ),
    ] = None,
    machine: AsJson = False,
) -> None:
    """Find past cases and organisations like the words, each with why."""
    if (words is None) == (batch is None):
        raise typer.BadParameter("give either the words or --batch FILE.", param_hint="WORDS")
    if batch:
        run(_batch(_queries(batch), kind, limit))
    elif words:
        hits = run(_similar(words, kind, limit))
        print(as_json([_row(hit) for hit in hits]) if machine else _listed(hits))
    else:
        raise typer.BadParameter("the words are empty.", param_hint="WORDS")


async def _import(file: Path, kind: Kind, dry_run: bool) -> "dict[str, ImportReport]":
    from datetime import UTC, datetime

    from knowledge.importers import import_in_batches

    with progress(f"Reading {file.name}") as on_row:
        async with database(make=True) as db:
            report = await import_in_batches(db, file, kind, now=datetime.now(UTC), dry_run=dry_run, on_row=on_row)
    return {kind.value: report}


async def _shipped() -> "dict[str, ImportReport]":
    from datetime import UTC, datetime

    from knowledge.importers import import_shipped

    async with database(make=True) as db, db.transaction() as session:
        return await import_shipped(session, datetime.now(UTC))


async def _export(kind: Kind, file: Path | None) -> int:
    from knowledge.exports import export_rows

    async with database() as db, db.reading() as session:
        rows = export_rows(session, kind)
        if file is None:
            return await _written(rows, None)
        with file.open("w", encoding="utf-8", newline="") as out:
            return await (_as_csv if file.suffix.lower() == ".csv" else _written)(rows, out)


async def _written(rows: AsyncIterator[dict[str, Any]], out: Any) -> int:
    count = 0
    async for row in rows:
        print(as_json(row), file=out)
        count += 1
    return count


async def _as_csv(rows: AsyncIterator[dict[str, Any]], out: Any) -> int:
    import csv

    from knowledge.exports import cells

    found = [cells(row) async for row in rows]
    names = {name: None for row in found for name in row}
    writer = csv.DictWriter(out, list(names), restval="")
    writer.writeheader()
    writer.writerows(found)
    return len(found)


async def _stats() -> dict[str, int]:
    from knowledge.exports import stats

    async with database() as db, db.reading() as session:
        return await stats(session)


async def _similar(words: str, kind: Sought | None, limit: int) -> "list[Hit]":
    from knowledge.search import Library

    async with database() as db:
        library = Library(db)
        try:
            await _built(library)
            return await library.similar(words, kind=kind, limit=limit)
        finally:
            library.close()


async def _batch(queries: list[str], kind: Sought | None, limit: int) -> None:
    from knowledge.search import Library

    async with database() as db:
        library = Library(db)
        try:
            await _built(library)
            for line in queries:
                hits = await library.similar(line, kind=kind, limit=limit)
                print(as_json([_row(hit) for hit in hits]), flush=True)
        finally:
            library.close()


def _queries(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig") as lines:  # not splitlines(): a query may hold U+2028 and its like
            return [line.rstrip("\n") for line in lines]
    except UnicodeDecodeError:
        raise Failed(f"{file} is not UTF-8 text: save it as UTF-8, one query a line.") from None


async def _built(library: "Library") -> None:
    with progress("Reading what the centre knows"):
        await library.refresh()


def _row(hit: "Hit") -> dict[str, Any]:
    return {
        "id": hit.id, "kind": hit.kind, "title": hit.title, "band": hit.band, "score": hit.score,
        "why": [asdict(match) for match in hit.why],
    }  # fmt: skip


def _listed(hits: "list[Hit]") -> str:
    lines = []
    for hit in hits:
        why = "、".join(f"{m.word}={m.matched}（{m.field}）" for m in hit.why)
        lines += [f"{hit.band}  {hit.title}  [{hit.kind} {hit.id}]  {hit.ward}".rstrip(), f"    {why}"]
    return "\n".join(lines) or "Nothing is alike. `tsunagi knowledge stats` shows how much the centre knows."


def _told(reports: "dict[str, ImportReport]", machine: bool, *, one: bool) -> None:
    if machine:
        found = {kind: asdict(report) for kind, report in reports.items()}
        print(as_json(next(iter(found.values())) if one else found))
        return
    for kind, report in reports.items():
        print(f"{kind}: {report.read} rows read, {report.added} added, {report.changed} changed, "
              f"{report.unchanged} unchanged, {len(report.bad)} bad")  # fmt: skip
        for bad in report.bad[:BAD_SHOWN]:
            print(f"  line {bad.line}: {bad.reason}")
        if len(report.bad) > BAD_SHOWN:
            print(f"  and {len(report.bad) - BAD_SHOWN} more; --json lists them all")
