"""`tsunagi db upgrade`, `backup` and `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.printing import progress

commands = typer.Typer(help="The database's schema.", no_args_is_help=True)
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]
File = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="The backup's file.")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the command line."""
    app.add_typer(commands, name="db")
    app.command("backup")(backup)
    app.command("restore")(restore)


@commands.command("upgrade")
def upgrade() -> None:
    """Bring the database to this version's schema; an empty one gets its tables."""
    from bot.machine.opening import bring_up
    from bot.settings import database_url

    changed = bring_up(database_url())
    print("The database was brought up to this version." if changed else "The database is up to date already.")


def backup(file: File, force: Force = False) -> None:
    """Write a checked copy of the SQLite database, also while the hub works. It holds personal data."""
    from bot.machine import backups
    from bot.settings import database_url

    with progress("Copying the database"):
        size = backups.save(database_url(), file, force=force)
    print(f"The backup is in {file} ({size / 1e6:.1f} MB, checked). It holds personal data: keep it safe.")


def restore(file: File, force: Force = False) -> None:
    """Put a backup in the SQLite database's place, while no hub works on it."""
    from bot.machine import backups
    from bot.settings import database_url

    with progress("Restoring the database"):
        into = backups.restore(database_url(), file, force=force)
    print(f"The database {into} is the one from {file} again.")
