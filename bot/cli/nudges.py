"""`tsunagi nudges`: what will come for a case, and what waits; one is left out or said now."""

from typing import Annotated, Any

import typer

from bot.cli.errors import Failed
from bot.cli.opened import database, run
from bot.cli.printing import AsJson, show

commands = typer.Typer(help="Reminders: what will come, when and why.", no_args_is_help=True)
RowId = Annotated[int, typer.Argument(metavar="ROW", help="The reminder's number, from the list.")]
LISTED = ("id", "rule", "subject", "due_at", "to", "door", "status", "reason", "done_at")


def add_to(app: typer.Typer) -> None:
    """Hang the group into the command line."""
    app.add_typer(commands, name="nudges")


@commands.command("plan")
def plan(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The case's number, such as 2026-0042.")],
    machine: AsJson = False,
) -> None:
    """Print what will come for a case, when and why."""
    show(run(_plan(number.strip())), machine, f"Nothing is planned for {number}.")


@commands.command("list")
def listing(
    status: Annotated[
        str | None, typer.Option("--status", help="Only new, done or cancelled ones. Left out: new.")
    ] = "new",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, the soonest first.")] = 50,
    machine: AsJson = False,
) -> None:
    """List reminders, by when they are due."""
    show(run(_list(status, limit)), machine, "There are no such reminders.")


@commands.command("skip")
def skip(row: RowId) -> None:
    """Leave one reminder out; the next of its kind comes as usual."""
    run(_change(row, "skip"))
    print(f"Reminder {row} is left out.")


@commands.command("send")
def send(row: RowId) -> None:
    """Have one reminder said now, if its reason is still there."""
    run(_change(row, "send"))
    print(f"Reminder {row} is due now: the hub says it within seconds, at the latest when people may be disturbed.")


async def _plan(number: str) -> list[dict[str, Any]]:
    from datetime import UTC, datetime

    from bot.desk.record.record import CaseNotFound
    from bot.nudges.forecast import forecast
    from bot.slack.drawing.nudges import why
    from bot.tables.reminders import rules
    from bot.when import TOKYO

    async with database() as db, db.reading() as session:
        try:
            coming = await forecast(session, rules(), number, datetime.now(UTC))
        except CaseNotFound:
            raise Failed(f"There is no case {number}. Numbers look like 2026-0042.") from None
    return [
        {
            "due_at": one.due_at.astimezone(TOKYO),
            "rule": one.rule.rule,
            "to": one.to,
            "door": one.door,
            "why": f"{one.rule.what}（{why(one.rule)}）",
        }
        for one in coming
    ]


async def _list(status: str | None, limit: int) -> list[dict[str, Any]]:
    from sqlmodel import col, select

    from bot.when import TOKYO
    from storage.models import Delivery, Nudge

    if status is not None and status not in (Delivery.NEW, Delivery.DONE, Delivery.CANCELLED):
        raise typer.BadParameter(f"“{status}” is not one of new, done, cancelled.", param_hint="--status")
    query = select(Nudge).order_by(col(Nudge.due_at), col(Nudge.id)).limit(limit)
    async with database() as db, db.reading() as session:
        rows = (await session.exec(query if status is None else query.where(Nudge.status == status))).all()
    moments = ("due_at", "done_at")
    return [
        {
            name: value.astimezone(TOKYO) if name in moments and value else value
            for name in LISTED
            for value in (getattr(row, name),)
        }
        for row in rows
    ]


async def _change(row: int, what: str) -> None:
    from datetime import UTC, datetime

    from bot.desk.day import arrangements
    from bot.errors import Refused

    change = {"skip": arrangements.skip, "send": arrangements.send_now}[what]
    async with database() as db, db.transaction() as session:
        try:
            await change(session, row, by="system", now=datetime.now(UTC))
        except Refused:
            waits = "`tsunagi nudges list` shows those that do. Nothing was changed."
            raise Failed(f"No reminder {row} waits; {waits}") from None
