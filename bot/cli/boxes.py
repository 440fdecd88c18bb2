"""`tsunagi inbox` and `tsunagi outbox`: what waits, what died, and setting it right by hand."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.opened import database, run
from bot.cli.printing import AsJson, pairs, show

if TYPE_CHECKING:
    from storage.models import InboxRow, OutboxRow

RowId = Annotated[int, typer.Argument(metavar="ROW", help="The row's number, from the list.")]
WAYS = {"inbox": "Events that came in from LINE and Slack.", "outbox": "Messages that go out to LINE and Slack."}
# Without people's words; `show --words` has them.
LISTED = {
    "inbox": ("id", "source", "key", "conv", "status", "attempts", "error_class", "received_at", "done_at"),
    "outbox": ("id", "dest", "kind", "key", "conv", "status", "attempts", "error_class", "created_at", "done_at"),
}
HIDDEN = {"body", "payload", "reply_token"}


def add_to(app: typer.Typer) -> None:
    """Hang both groups into the command line."""
    for box in WAYS:
        app.add_typer(_group(box), name=box)


def _group(box: str) -> typer.Typer:
    commands = typer.Typer(help=WAYS[box], no_args_is_help=True)

    @commands.command("list")
    def listing(
        status: Annotated[
            str | None, typer.Option("--status", help="Only new, done, dead, quarantine or cancelled rows.")
        ] = None,
        limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many rows, newest first.")] = 50,
        machine: AsJson = False,
    ) -> None:
        """List the newest rows, without anyone's words."""
        rows = run(_list(box, status, limit))
        show([_part(row, LISTED[box]) for row in rows], machine, f"The {box} has no such rows.")

    @commands.command("show")
    def one(
        row: RowId,
        words: Annotated[bool, typer.Option("--words", help="Also what was said: personal data.")] = False,
        machine: AsJson = False,
    ) -> None:
        """Show everything about a row."""
        pairs(_whole(run(_show(box, row)), words), machine)

    @commands.command("retry")
    def retry(row: RowId) -> None:
        """Put a dead row back into work."""
        run(_change(box, row, "retry"))
        print(f"Row {row} of the {box} waits for its turn again.")

    @commands.command("drop")
    def drop(row: RowId) -> None:
        """Give a row up for good."""
        run(_change(box, row, "drop"))
        print(f"Row {row} of the {box} was given up.")

    return commands


async def _list(box: str, status: str | None, limit: int) -> "list[InboxRow | OutboxRow]":
    from bot.delivery import ledger
    from storage.models import Delivery

    if status is not None and status not in set(Delivery):
        raise typer.BadParameter(f"“{status}” is not one of {', '.join(Delivery)}.", param_hint="--status")

    async with database() as db, db.reading() as session:
        return list(await ledger.list_rows(session, box, status, limit))


async def _show(box: str, row: int) -> "InboxRow | OutboxRow":
    from bot.delivery import ledger

    async with database() as db, db.reading() as session:
        return await ledger.show(session, box, row)


async def _change(box: str, row: int, what: str) -> None:
    from datetime import UTC, datetime

    from bot.delivery import ledger

    change = {"retry": ledger.retry, "drop": ledger.drop}[what]
    async with database() as db, db.transaction() as session:
        await change(session, box, row, datetime.now(UTC))


def _part(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _whole(row: Any, words: bool) -> dict[str, Any]:
    shown = {name: value for name, value in row.model_dump().items() if words or name not in HIDDEN}
    if isinstance(body := shown.get("body"), bytes):
        shown["body"] = body.decode("utf-8", "replace")
    return shown
