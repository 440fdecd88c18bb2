"""`tsunagi report`: a month in counts, and its cases without personal data."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.opened import database, run
from bot.cli.printing import AsJson, as_json, put, show
from bot.when import TOKYO

if TYPE_CHECKING:
    from bot.desk.day.figures import Month
    from knowledge.importing.sheets import Table

FORMATS = ("json", "csv", "xlsx")
COUNTED = ("figure", "of", "value")


def add_to(app: typer.Typer) -> None:
    """Hang the command into the command line."""
    app.command("report")(report)


def report(
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="Left out: this month.")] = None,
    form: Annotated[str | None, typer.Option("--format", help="json, csv or xlsx; by itself as FILE ends.")] = None,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Left out: printed.")] = None,
    machine: AsJson = False,
) -> None:
    """Count a month's consultations; csv and xlsx also list its cases, without personal data."""
    wanted, form = _month(month), _format(form, output, machine)
    if form is None:
        show(_counted(run(_figures(wanted))), False, "Nothing was counted.")
    elif form == "json":
        put((as_json(run(_figures(wanted))) + "\n").encode(), output)
    else:
        from knowledge.importing.sheets import AS

        put(AS[form](run(_tables(wanted))), output)


def _month(said: str | None) -> "Month":
    from bot.desk.day.figures import Month

    try:
        return Month.read(said)
    except ValueError:
        raise typer.BadParameter(f"“{said}” is not a month like 2026-11.", param_hint="--month") from None


def _format(said: str | None, output: Path | None, machine: bool) -> str | None:
    form = said or ("json" if machine else (output.suffix[1:].lower() if output else None))
    if form is not None and form not in FORMATS:
        raise typer.BadParameter(f"“{form}” is not one of {', '.join(FORMATS)}.", param_hint="--format")
    if form == "xlsx" and output is None:
        raise typer.BadParameter("a workbook can't be printed: name its file with --output.", param_hint="--output")
    return form


async def _figures(month: "Month") -> dict[str, Any]:
    from bot.desk.day.figures import figures

    async with database() as db, db.reading() as session:
        return await figures(session, month)


async def _tables(month: "Month") -> "list[Table]":
    from bot.desk.day.figures import cases, figures
    from knowledge.importing.sheets import Table

    async with database() as db, db.reading() as session:
        counts, listed = await figures(session, month), await cases(session, month)
    return [
        Table("figures", COUNTED, [tuple(row.values()) for row in _counted(counts)]),
        Table(
            "cases",
            tuple(listed[0]) if listed else ("number",),
            [[_cell(value) for value in one.values()] for one in listed],
        ),
    ]


def _counted(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each count, and for each of what is counted apart."""
    apart = ((name, value if isinstance(value, dict) else {None: value}) for name, value in figures.items())
    rows = [(name, None if of == "-" else of, one) for name, values in apart for of, one in values.items()]
    return [dict(zip(COUNTED, row, strict=True)) for row in rows]


def _cell(value: Any) -> Any:
    return f"{value.astimezone(TOKYO):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
