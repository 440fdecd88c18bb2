"""The command `tsunagi`: its groups, and how errors are told."""

import gc
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli import boxes, cases, checking, database, knowledge, nudges, report, running, similar, staff
from bot.cli.errors import sentence

MANY_OBJECTS = 500_000  # more than loading every module makes

app = typer.Typer(
    name="tsunagi",
    help="The intake and coordination desk of a civic collaboration centre: LINE, Rasa, Slack.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (running, checking, database, knowledge, similar, cases, report, staff, nudges, boxes):
    module.add_to(app)


def main() -> None:
    """Run a command; what goes wrong is one sentence on stderr and exit code 2 (usage) or 1."""
    gc.set_threshold(MANY_OBJECTS)  # loading makes no garbage: looking for some takes a tenth of a short command
    try:
        sys.exit(_run())
    finally:
        gc.freeze()  # nor is there a need to look when all ends anyway: that takes another fifth


def _run() -> int:
    try:
        code = app(prog_name="tsunagi", standalone_mode=False)
    except BaseException as error:  # the top: everything known becomes a sentence, the rest is a bug and travels on
        told = sentence(error)
        if told is None:
            raise
        if told.text:
            print(told.text, file=sys.stderr)
        return told.code
    return code if isinstance(code, int) else 0


def _version(wanted: bool) -> None:
    if wanted:
        print(f"tsunagi {version('tsunagi')}")
        raise typer.Exit


def _ask_the_demo(wanted: bool) -> None:
    if wanted:
        from bot.settings import ask_the_demo

        ask_the_demo()


@app.callback()
def _tsunagi(
    _demo: Annotated[
        bool, typer.Option("--demo", callback=_ask_the_demo, help="Work on the database of `tsunagi demo`.")
    ] = False,
    _show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    pass
