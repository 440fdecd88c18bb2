"""`tsunagi doctor`."""

import typer

from bot.cli.errors import FAILED
from bot.cli.opened import run
from bot.cli.printing import AsJson, as_json


def add_to(app: typer.Typer) -> None:
    """Hang the command into the command line."""
    app.command("doctor")(doctor)


def doctor(machine: AsJson = False) -> None:
    """Check settings, database, Rasa, LINE and Slack, and say what to do about each fault."""
    from bot.machine.doctor import Finding, examine

    def tell(finding: Finding) -> None:
        if not machine:
            print(f"{'✓' if finding.good else '✗'} {finding.what}: {finding.told}", flush=True)

    findings = run(examine(tell))
    if machine:
        print(as_json([{"what": one.what, "good": one.good, "told": one.told} for one in findings]))
    if not all(one.good for one in findings):
        raise typer.Exit(FAILED)
