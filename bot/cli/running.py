"""`tsunagi serve`, `up` and `demo`."""

import sys
from typing import Annotated

import typer

from bot.cli.errors import REFUSED, sentence
from bot.cli.printing import progress


def add_to(app: typer.Typer) -> None:
    """Hang the commands into the command line."""
    app.command("serve")(serve)
    app.command("up")(up)
    app.command("demo")(demo)


def serve(supervised: Annotated[bool, typer.Option("--supervised", hidden=True)] = False) -> None:
    """Run the hub alone; Rasa runs elsewhere (RASA_URL)."""
    from bot import settings
    from bot.machine.opening import CannotOpen
    from bot.serving import run
    from bot.tables.reading import TableWrong
    from storage.schema import SchemaNewerThanCode

    try:
        code = run(settings.load())
    except (settings.SettingsWrong, SchemaNewerThanCode, CannotOpen, TableWrong) as error:
        if not supervised:
            raise
        told = sentence(error)
        print(told.text if told else error, file=sys.stderr)
        code = REFUSED  # starting it again would change nothing
    raise typer.Exit(code)


def up() -> None:
    """Run Rasa and the hub on this machine, and start again whichever dies."""
    from bot import settings
    from bot.machine import up

    raise typer.Exit(up.run(settings.load(), progress))


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Go on with what the last demo left.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", hidden=True)] = False,
) -> None:
    """Try everything here: Rasa, the hub, and a simulator of LINE and Slack on one page."""
    from bot.machine.demo import run

    raise typer.Exit(run(progress, keep=keep))
