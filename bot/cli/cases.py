"""`tsunagi case`."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import Failed
from bot.cli.opened import database, run
from bot.cli.printing import AsJson, as_json

if TYPE_CHECKING:
    from bot.desk.record.sight import CaseView


def add_to(app: typer.Typer) -> None:
    """Hang the command into the command line."""
    app.command("case")(case)


def case(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The case's number, such as 2026-0042.")],
    machine: AsJson = False,
) -> None:
    """Show one case: stage, people, the five answers, history."""
    from bot.desk.record import sight

    found = run(_case(number))
    print(as_json(sight.as_json(found)) if machine else _told(found))


async def _case(number: str) -> "CaseView":
    from bot.desk.record import sight
    from bot.desk.record.record import CaseNotFound

    async with database() as db, db.reading() as session:
        try:
            return await sight.view(session, number.strip())
        except CaseNotFound:
            shape = "" if re.fullmatch(r"\d{4}-\d{4,}", number) else " Numbers look like 2026-0042."
            raise Failed(f"There is no case {number}.{shape}") from None


def _told(case: "CaseView") -> str:
    from bot.phrases import label
    from bot.when import clock

    people = f"main {case.main or '-'}, sub {case.sub or '-'}, city staff {case.city_staff or '-'}"
    lines = [f"{case.number}  {case.stage}  {case.ward or '-'}  {case.theme or '-'}", people, ""]
    for question, answer in case.answers.items():
        lines += [f"■ {label(question)}", answer or "（なし）", ""]
    lines += [f"{clock(line.at)}  {line.by}  {line.action}" for line in case.history]
    return "\n".join(lines)
