"""`tsunagi staff`: who works here and what they may do."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import Failed
from bot.cli.opened import database, run
from bot.cli.printing import AsJson, as_json, show

if TYPE_CHECKING:
    from storage.models.words import Role

commands = typer.Typer(help="Who works here: Slack users and their roles.", no_args_is_help=True)
SlackId = Annotated[str, typer.Argument(metavar="SLACK_ID", help="The Slack user's id, such as U0123ABCD.")]


def add_to(app: typer.Typer) -> None:
    """Hang the group into the command line."""
    app.add_typer(commands, name="staff")


@commands.command("add")
def add(
    slack_id: SlackId,
    role: Annotated[str, typer.Option("--role", help="reception, coordinator, city_staff, lead or admin.")],
    name: Annotated[str, typer.Option("--name", help="The person's name.")] = "",
    machine: AsJson = False,
) -> None:
    """Give a Slack user a role; who is there already changes role."""
    _check(slack_id)
    run(_add(slack_id, _role(role), name))
    print(as_json({"slack_id": slack_id, "role": role, "name": name}) if machine else f"{slack_id} is {role}.")


@commands.command("list")
def roster(machine: AsJson = False) -> None:
    """List everybody who may do something."""
    show(run(_roster()), machine, "Nobody is enrolled: `tsunagi staff add SLACK_ID --role coordinator`.")


@commands.command("remove")
def remove(slack_id: SlackId) -> None:
    """Take a person's rights away; what they did stays in the history."""
    run(_remove(slack_id))
    print(f"{slack_id} may do nothing any more.")


async def _add(slack_id: str, role: "Role", name: str) -> None:
    from datetime import UTC, datetime

    from bot.cases import staff

    async with database(make=True) as db, db.transaction() as session:
        await staff.add(session, slack_id, role, name=name, now=datetime.now(UTC))


async def _roster() -> list[dict[str, str]]:
    from bot.cases import staff

    async with database() as db, db.reading() as session:
        members = await staff.roster(session)
    return [{"slack_id": one.slack_id, "role": str(one.role), "name": one.name} for one in members]


async def _remove(slack_id: str) -> None:
    from bot.cases import staff

    async with database() as db, db.transaction() as session:
        if await staff.role_of(session, slack_id) is None:
            raise Failed(f"{slack_id} isn't enrolled; `tsunagi staff list` shows who is. Nothing was changed.")
        await staff.remove(session, slack_id)


def _role(said: str) -> "Role":
    from storage.models.words import Role

    if said not in set(Role):
        raise typer.BadParameter(f"“{said}” is not one of {', '.join(Role)}.", param_hint="--role")
    return Role(said)


def _check(slack_id: str) -> None:
    if not (slack_id[:1] in ("U", "W") and slack_id.isalnum() and slack_id.isascii() and slack_id.isupper()):
        raise typer.BadParameter(
            f"“{slack_id}” is not a Slack user id (like U0123ABCD): open the person's profile in Slack, "
            "press ⋮ and choose “Copy member ID”."
        )
