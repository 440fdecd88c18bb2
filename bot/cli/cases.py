"""`tsunagi case`."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import Failed
from bot.cli.opened import database, run
from bot.cli.printing import AsJson, as_json, local

if TYPE_CHECKING:
    from bot.desk.record.sight import CaseView

Names = dict[str, str]  # by Slack id
OTHERS = {"citizen": "市民", "system": "つなぎ"}


def add_to(app: typer.Typer) -> None:
    """Hang the command into the command line."""
    app.command("case")(case)


def case(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The case's number, such as 2026-0042.")],
    machine: AsJson = False,
) -> None:
    """Show one case: stage, people, the five answers, history."""
    from bot.desk.record import sight

    found, names = run(_case(number))
    print(as_json(sight.as_json(found)) if machine else _told(found, names))


async def _case(number: str) -> "tuple[CaseView, Names]":
    from bot.desk.record import sight
    from bot.desk.record.record import CaseNotFound
    from bot.desk.team import staff

    async with database() as db, db.reading() as session:
        try:
            found = await sight.view(session, number.strip())
        except CaseNotFound:
            shape = "" if re.fullmatch(r"\d{4}-\d{4,}", number) else " Numbers look like 2026-0042."
            raise Failed(f"There is no case {number}.{shape}") from None
        return found, OTHERS | {one.slack_id: one.name for one in await staff.roster(session) if one.name}


def _told(case: "CaseView", names: Names) -> str:
    from bot.desk.record.record import EVENT_LABEL
    from bot.phrases import label

    main, sub, city = (_named(one, names) for one in (case.main, case.sub, case.city_staff))
    about = [case.number, case.stage_label, *filter(None, (case.ward, case.theme))]
    lines = ["  ".join(about), f"メイン {main}  サブ {sub}  市職員 {city}", f"受付 {local(case.opened_at)}", ""]
    for question, answer in case.answers.items():
        lines += [f"■ {label(question)}", answer or "（なし）", ""]
    lines += [f"■ ひとこと\n{words}\n" for words in case.asides]
    lines += [
        f"{local(line.at)}  {_named(line.by, names)}  {EVENT_LABEL.get(line.action, line.action)}"
        for line in case.history
    ]
    return "\n".join(lines)


def _named(who: str | None, names: Names) -> str:
    return names.get(who, who) if who else "（なし）"
