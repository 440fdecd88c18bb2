"""`tsunagi staff`: who works here and what they may do."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.errors import Failed
from bot.cli.opened import database, run
from bot.cli.printing import AsJson, as_json, show
from knowledge.language.blanks import trimmed

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
    ward: Annotated[list[str] | None, typer.Option("--ward", help="A ward they know; can be given again.")] = None,
    theme: Annotated[list[str] | None, typer.Option("--theme", help="A theme they know; can be given again.")] = None,
    affiliation: Annotated[str | None, typer.Option("--affiliation", help="The organisation they belong to.")] = None,
    only_ward: Annotated[str | None, typer.Option("--only-ward", help="The ward whose cases alone they see.")] = None,
    machine: AsJson = False,
) -> None:
    """Give a Slack user a role, and say what they know; what isn't said stays as it was."""
    _check(slack_id)
    said: dict[str, Any] = {
        "wards": ward and [_ward(one, "--ward") for one in ward],
        "themes": theme and [_theme(one) for one in theme],
        "affiliation": affiliation and trimmed(affiliation),
        "only_ward": _ward(only_ward, "--only-ward") if only_ward else only_ward,
    }
    name = trimmed(name)
    run(_add(slack_id, _role(role), name, said))
    told = {"slack_id": slack_id, "role": role, "name": name, **{k: v for k, v in said.items() if v is not None}}
    print(as_json(told) if machine else f"{slack_id} is {role}.")


@commands.command("list")
def roster(machine: AsJson = False) -> None:
    """List everybody who may do something."""
    show(run(_roster()), machine, "Nobody is enrolled: `tsunagi staff add SLACK_ID --role coordinator`.")


@commands.command("remove")
def remove(slack_id: SlackId) -> None:
    """Take a person's rights away; what they did stays in the history."""
    run(_remove(slack_id))
    print(f"{slack_id} may do nothing any more.")


async def _add(slack_id: str, role: "Role", name: str, said: dict[str, Any]) -> None:
    from datetime import UTC, datetime

    from bot.desk.team import staff

    async with database(make=True) as db, db.transaction() as session:
        await staff.add(session, slack_id, role, name=name, now=datetime.now(UTC))
        await staff.describe(session, slack_id, **said)


async def _roster() -> list[dict[str, Any]]:
    from bot.desk.team import staff

    async with database() as db, db.reading() as session:
        members = await staff.roster(session)
    return [
        {
            "slack_id": one.slack_id,
            "role": str(one.role),
            "name": one.name,
            "affiliation": one.affiliation,
            "wards": one.wards,
            "themes": one.themes,
        }
        for one in members
    ]


async def _remove(slack_id: str) -> None:
    from bot.desk.team import staff

    async with database() as db, db.transaction() as session:
        if await staff.role_of(session, slack_id) is None:
            raise Failed(f"{slack_id} isn't enrolled; `tsunagi staff list` shows who is. Nothing was changed.")
        await staff.remove(session, slack_id)


def _role(said: str) -> "Role":
    from storage.models.words import Role

    if said not in set(Role):
        raise typer.BadParameter(f"“{said}” is not one of {', '.join(Role)}.", param_hint="--role")
    return Role(said)


def _ward(said: str, option: str) -> str:
    from knowledge.language import wards

    if (ward := wards.exact(said)) is None:
        raise typer.BadParameter(f"“{said}” is not one of {', '.join(wards.WARDS)}.", param_hint=option)
    return ward


def _theme(said: str) -> str:
    from knowledge.language import themes

    if (theme := themes.named(said)) is None:
        raise typer.BadParameter(f"“{said}” is not one of {', '.join(themes.THEMES)}.", param_hint="--theme")
    return theme


def _check(slack_id: str) -> None:
    if not (slack_id[:1] in ("U", "W") and slack_id.isalnum() and slack_id.isascii() and slack_id.isupper()):
        raise typer.BadParameter(
            f"“{slack_id}” is not a Slack user id (like U0123ABCD): open the person's profile in Slack, "
            "press ⋮ and choose “Copy member ID”."
        )
